/** What a model writes is rendered, and cannot do anything else. */
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { externalHref } from '../../src/renderer/messages/external-link.tsx';
import Markdown from '../../src/renderer/messages/markdown.tsx';
import { english } from './english.ts';

await english();

/** Without the one style that the library itself puts on each block's wrapper. */
const render = (text: string) =>
  renderToStaticMarkup(<Markdown text={text} streaming={false} />).replaceAll(' style="display:contents"', '');

describe('markdown of a model', () => {
  test('becomes plain elements', () => {
    const html = render('# Title\n\nA **bold** word and `code`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done');
    expect(html).toContain('<h2>Title</h2>');
    expect(html).toContain('<strong>bold</strong>');
    expect(html).toContain('<code>code</code>');
    expect(html).toContain('<td>1</td>');
    expect(html).toContain('type="checkbox"');
  });

  test('keeps code as it is, with its language', () => {
    const html = render('```ts\nconst a = "<b>";\n```');
    expect(html).toContain('>ts<');
    expect(html).toContain('const a = &quot;&lt;b&gt;&quot;;');
  });

  test.each([
    '<script>alert(1)</script>',
    '<img src="https://evil.example/x.png" onerror="alert(1)">',
    '![tracking](https://evil.example/pixel.png)',
    '<picture><source srcset="https://evil.example/a.webp"><img src="https://evil.example/a.png"></picture>',
    '<iframe src="https://evil.example"></iframe>',
    '<video src="https://evil.example/v.mp4" autoplay></video>',
    '<link rel="stylesheet" href="https://evil.example/s.css">',
    '<style>body { background: url(https://evil.example/b.png) }</style>',
    '<div style="background: url(https://evil.example/b.png)">x</div>',
    '<form action="https://evil.example"><input name="password"></form>',
    '<a href="javascript:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<object data="https://evil.example"></object>',
  ])('fetches and runs nothing: %s', (nasty) => {
    const html = render(`before ${nasty} after\n\n${nasty}`);
    expect(html).not.toMatch(/<(?:script|img|iframe|video|link|style|form|object|svg|source|picture|embed)\b/i);
    expect(html).not.toMatch(/\s(?:src|srcset|on\w+|action|style|data|background)=/i);
    expect(html).not.toMatch(/href="(?!https?:|mailto:)/i);
  });

  test('an image is a link with its description', () => {
    expect(render('![a chart](https://example.com/c.png)')).toMatch(
      /<a href="https:\/\/example\.com\/c\.png"[^>]*rel="noopener noreferrer nofollow"[^>]*>\[image: a chart\]<\/a>/,
    );
  });

  test('closes what the stream has not closed yet', () => {
    expect(renderToStaticMarkup(<Markdown text="A **bold wo" streaming />)).toContain('<strong>bold wo</strong>');
  });

  test('links lead to the web or to mail only', () => {
    expect(externalHref('https://example.com/a')).toBe('https://example.com/a');
    expect(externalHref('mailto:a@example.com')).toBe('mailto:a@example.com');
    for (const href of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      '/settings',
      '#/c/x',
      'data:text/html,x',
      undefined,
    ]) {
      expect(externalHref(href)).toBeNull();
    }
  });
});
