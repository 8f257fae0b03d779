/** Markdown takes bounded time, whatever a model is made to write; and what people read stays formatted. */
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, test } from 'vitest';
import { externalHref } from '../../src/renderer/messages/external-link.tsx';
import Markdown from '../../src/renderer/messages/markdown.tsx';
import { fitsAnswer, fitsBlock } from '../../src/renderer/messages/markdown-limits.ts';
import { fitsMath, withDollars } from '../../src/renderer/messages/math-delimiters.ts';
import { loadMath } from '../../src/renderer/messages/use-math.ts';
import { piecesOf } from '../../src/renderer/messages/plain-text.tsx';
import { hostileMarkdown } from '../support/hostile-markdown.ts';
import { english } from './english.ts';

beforeAll(async () => {
  await english();
  await loadMath();
});

/** A server rendering has no error boundaries: what a full stack throws is what the page catches. */
function render(text: string, streaming: boolean): string {
  try {
    return renderToStaticMarkup(<Markdown text={text} streaming={streaming} />);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return 'caught';
  }
}

describe('hostile markdown', () => {
  // Unbounded, the first of them took minutes at a fifth of this size. The limit is for a machine with other things to do.
  test.each([...hostileMarkdown(100_000)])('is rendered in bounded time: %s', (_name, text) => {
    const startedAt = performance.now();
    expect(render(text, true)).not.toBe('');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test.each([...hostileMarkdown(5_000)])('also where more of it is taken for markdown: %s', (_name, text) => {
    const startedAt = performance.now();
    expect(render(text, true)).not.toBe('');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test('is shown whole, with a note, and without being read as markup', () => {
    const html = render(`${'>'.repeat(2_000)} <script>alert(1)</script>`, false);
    expect(html).toContain('Shown as plain text');
    expect(html).toContain('&gt;&gt; &lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test.each(['', 'x'.repeat(10_001), 'line\n'.repeat(3_000), '😀'.repeat(5_000), `${'x'.repeat(3_999)}😀 and on`])(
    'is cut into pieces that are the whole again',
    (text) => {
      const pieces = piecesOf(text);
      expect(pieces.join('')).toBe(text);
      expect(pieces.every((piece) => piece.length <= 4_000 && piece.isWellFormed())).toBe(true);
    },
  );

  test('leaves the blocks around it formatted', () => {
    const html = render(`A **bold** word.\n\n${'*a **b '.repeat(500)}\n\nAnother **bold** word.`, false);
    expect(html.match(/<strong>bold<\/strong>/gu)).toHaveLength(2);
    expect(html).toContain('Shown as plain text');
  });
});

describe('what is formatted', () => {
  test.each([
    ['code of 200 lines', `\`\`\`json\n${'  "some_key": [["a", "b"], <c>],\n'.repeat(200)}\`\`\``],
    ['a table of 500 rows', `| a | b |\n|---|---|\n${'| **1** | `2` |\n'.repeat(500)}`],
    ['a list of 400 items', '- **Name**: what it does, see [there](https://example.com)\n'.repeat(400)],
    ['a numbered list', Array.from({ length: 300 }, (_, i) => `${i + 1}. **Step**: _do_ it`).join('\n')],
    ['a long chapter', 'Some **bold** words in_a_row and `code`. '.repeat(6).concat('\n\n').repeat(400)],
    ['a banner', `${'*'.repeat(120)}\n\nText\n\n${'_'.repeat(300)}`],
    ['quotes in quotes', `${'> '.repeat(8)}as in an old mail`],
    ['lists in lists', Array.from({ length: 10 }, (_, i) => `${'  '.repeat(i)}- x`).join('\n')],
  ])('is %s', (_name, text) => {
    expect(fitsAnswer(text)).toBe(true);
    expect(text.split('\n\n').every(fitsBlock)).toBe(true);
  });
});

describe('direction', () => {
  test.each(['\u202E', '&#x202e;', '&#8238;'])('is not turned by %s: it is shown by name', (control) => {
    const html = render(`Open ${control}gpj.exe and \`a${control}b\``, false);
    expect(html).not.toMatch(/[\u202A-\u202E]/u);
    expect(html).toContain('Open [U+202E]gpj.exe');
  });

  test('is that of the text, block by block', () => {
    expect(render('שלום עולם', false)).toContain('dir="');
    expect(render('\u2067שלום\u2069 here', false)).toContain('\u2067');
  });
});

describe('a link', () => {
  test.each([
    ['https://bank.example\u200b.evil.example/', 'https://bank.example.evil.example/'],
    ['https://example.com/\u200b\u202egpj.exe', 'https://example.com/%E2%80%8B%E2%80%AEgpj.exe'],
    ['https://аpple.com/', 'https://xn--pple-43d.com/'],
    ['java\u200bscript:alert(1)', null],
    ['\u0001javascript:alert(1)', null],
    ['java\nscript:alert(1)', null],
  ])('is asked about as the browser takes it: %j', (written, taken) => {
    expect(externalHref(written)).toBe(taken);
  });
});

describe('formulas', () => {
  test('are set where there are some, without a link, an image or a script', () => {
    const html = render(
      '\\(x^2\\) and $$\\href{javascript:alert(1)}{y} \\includegraphics{https://evil.example/x.png}$$',
      false,
    );
    expect(html).toContain('class="katex');
    expect(html).not.toMatch(/<(?:a|img|script|iframe)\b/i);
  });

  test.each([
    ['\\(a\\) and \\[b\\]', '$$a$$ and \n\n$$\nb\n$$\n\n'],
    ['`\\(a\\)` \\(b\\)', '`\\(a\\)` $$b$$'],
    ['```\n\\(a\\)\n```\n\\(b\\)', '```\n\\(a\\)\n```\n$$b$$'],
    ['```\n\\(a\\) still open', '```\n\\(a\\) still open'],
    ['\\(open and \\(closed\\)', '\\(open and $$closed$$'],
    ['It costs $5 or $6', 'It costs $5 or $6'],
  ])('%j is read as %j', (written, read) => {
    expect(withDollars(written)).toBe(read);
  });

  test.each([
    ['too many', '$$x$$ '.repeat(500)],
    ['one too long', `$$${'x+'.repeat(2_000)}$$`],
  ])('%s stay as they were written', (_name, block) => {
    expect(fitsMath(block)).toBe(false);
    expect(render(block, false)).toContain('Shown as plain text');
  });
});
