/** What a model formats: code in colours, formulas, diagrams; and what it must not be able to do with them. */
import { describe, expect, test } from 'vitest';
import { startLedModel } from './led-model.ts';
import { counts, shows } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory({ model: startLedModel });

const diagram = 'flowchart LR\n  A[Queue] --> B{Free slot?}\n  B -- yes --> C[Worker]\n  B -- no --> A';

describe('an answer', () => {
  test('has its code coloured when it is whole, with numbered lines that can be wrapped', async () => {
    await using window = await story.open();
    const { page, answers } = window;
    await window.send('code');
    const answer = await story.model.asked('code');
    answer.say('```ts\nconst answer: number = 42;\n');
    await shows(answers, 'const answer');
    const coloured = answers.locator('pre .line span[style]');
    expect(await coloured.count()).toBe(0);
    answer.say('console.log(answer);\n```\n\nAnd `inline`.');
    await coloured.first().waitFor();
    const colours = await coloured.evaluateAll((all) => new Set(all.map((one) => getComputedStyle(one).color)).size);
    expect(colours).toBeGreaterThan(2);
    answer.finish();
    expect(await answers.locator('pre').innerText()).toBe('const answer: number = 42;\nconsole.log(answer);\n');
    const pre = answers.locator('pre');
    expect(await pre.evaluate((element) => getComputedStyle(element).whiteSpace)).toBe('pre');
    await page.getByRole('button', { name: 'Wrap lines' }).click();
    expect(await pre.evaluate((element) => getComputedStyle(element).whiteSpace)).toBe('pre-wrap');
    expect(window.complaints).toEqual([]);
  });

  test('has formulas and diagrams, in both themes', async () => {
    await using window = await story.open();
    const { page, answers } = window;
    await window.send('formulas');
    const answer = await story.model.asked('formulas');
    answer.answer(
      `Euler: \\(e^{i\\pi} + 1 = 0\\). It costs $5 or $6.\n\n$$\n\\int_0^1 x^2\\,dx = \\frac{1}{3}\n$$\n\n` +
        `| a | b |\n|---|---|\n| 1 | $$x_2$$ |\n\n- [x] done\n- [ ] open\n\n\`\`\`mermaid\n${diagram}\n\`\`\`\n\n` +
        '```py\ndef f(x):\n    return "\\(not math\\)"\n```',
    );
    await counts(answers.locator('.katex'), 3);
    await shows(answers, 'It costs $5 or $6.');
    await shows(answers.locator('pre'), '\\(not math\\)');
    // From our own files: the formula's fonts are there.
    await expect
      .poll(() =>
        page.evaluate(() =>
          [...document.fonts].some((font) => font.family.includes('KaTeX') && font.status === 'loaded'),
        ),
      )
      .toBe(true);
    const picture = answers.getByRole('img', { name: 'Diagram' });
    await picture.waitFor();
    const size = await picture.evaluate((image: HTMLImageElement) =>
      image.decode().then(() => [image.naturalWidth, image.naturalHeight]),
    );
    expect(size[0]).toBeGreaterThan(100);
    await window.screenshot('markdown-light');
    const before = await picture.getAttribute('src');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => picture.getAttribute('src')).not.toBe(before);
    await picture.evaluate((image: HTMLImageElement) => image.decode());
    await window.screenshot('markdown-dark');
    await page.getByRole('button', { name: 'Show the source' }).click();
    await shows(answers, 'B{Free slot?}');
    expect(window.complaints).toEqual([]);
  });

  test('with diagrams that are broken, hostile or endless shows their source, and the page goes on', async () => {
    await using window = await story.open();
    const { page, answers, message } = window;
    const nasty = [
      'flowchart LR\n  A --> ',
      'this is no diagram',
      'flowchart LR\n  A["<img src=x onerror=alert(1)><script>alert(2)</script>"] --> B\n  click B href "javascript:alert(3)"\n  click A call alert()',
      `flowchart LR\n${Array.from({ length: 290 }, (_, i) => `  N${i} --> N${(i * 7) % 290}`).join('\n')}`,
      `%%{init: {"securityLevel": "loose", "themeCSS": "* { background: url(https://evil.example/x) }"}}%%\nflowchart LR\n  A --> B`,
      `flowchart LR\n${'  A --> B\n'.repeat(3_000)}`,
    ];
    page.on('dialog', (dialog) => {
      throw new Error(`a diagram has opened a dialog: ${dialog.message()}`);
    });
    const outside: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(story.host.url) && !request.url().startsWith('blob:')) outside.push(request.url());
    });
    await window.send('nasty diagrams');
    const answer = await story.model.asked('nasty diagrams');
    answer.answer(nasty.map((source) => `\`\`\`mermaid\n${source}\n\`\`\``).join('\n\nNext\n\n'));
    await expect.poll(() => answers.locator('[aria-busy=true]').count(), { timeout: 50_000, interval: 200 }).toBe(0);
    await shows(answers, 'This diagram could not be drawn. This is its source:');
    // The page was not held meanwhile.
    await message.fill('still here');
    expect(outside).toEqual([]);
    expect(
      await page.evaluate(
        () => document.querySelectorAll('.answer script, .answer iframe, .answer svg foreignObject').length,
      ),
    ).toBe(0);
    expect(window.complaints.filter((line) => !line.includes('diagram'))).toEqual([]);
  });

  test('with hostile formulas shows something, in time', async () => {
    await using window = await story.open();
    const { page, answers, message } = window;
    const formulas = [
      '\\href{javascript:alert(1)}{x}',
      '\\includegraphics{https://evil.example/x.png}',
      '\\htmlStyle{background:url(https://evil.example/x)}{x}',
      '\\def\\a{\\a\\a}\\a',
      '\\rule{10000em}{10000em}',
      `${'{'.repeat(900)}x${'}'.repeat(900)}`,
      `\\frac{1}{${'\\frac{1}{'.repeat(80)}x${'}'.repeat(81)}`,
      '\\undefined',
    ];
    await window.send('nasty formulas');
    const answer = await story.model.asked('nasty formulas');
    answer.answer(formulas.map((formula) => `$$\n${formula}\n$$`).join('\n\nNext\n\n'));
    await answers.locator('.katex').first().waitFor();
    await message.fill('still here');
    expect(
      await page.evaluate(() => document.querySelectorAll('.answer a[href^="javascript:"], .answer .katex img').length),
    ).toBe(0);
    const height = await answers.evaluate((article) => article.scrollHeight);
    expect(height).toBeLessThan(20_000);
    expect(window.complaints).toEqual([]);
  });
});

describe('the frame for diagrams', () => {
  test('has an origin of its own, may load nothing, and is shown by nobody else', async () => {
    const response = await story.host.http('/diagram.html');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('sandbox allow-scripts');
    expect(policy).not.toContain('allow-same-origin');
    expect(policy).toContain("frame-ancestors 'self'");
    const page = await story.host.http('/');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
  });
});
