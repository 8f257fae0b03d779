/** Keys in the composer, and what happens to text that cannot be sent. */
import { describe, expect, test } from 'vitest';
import { startLedModel } from './led-model.ts';
import { counts, shows, windowOf } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory({ model: startLedModel });

/** In the page: at the very moment at which the acknowledgement of a message arrives, one goes to the queue. */
function leaveWithAcknowledgement(text: string): void {
  const Original = WebSocket;
  window.WebSocket = class extends Original {
    #awaited: string | undefined;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      // Before those of the page, and in the same task.
      this.addEventListener('message', ({ data }) => {
        if (this.#awaited !== undefined && String(data).startsWith(`{"id":${this.#awaited},`))
          location.hash = '#/queue';
      });
    }

    override send(data: string): void {
      if (data.includes('"mutation"') && data.includes(text)) this.#awaited = /"id":(\d+)/u.exec(data)?.[1];
      super.send(data);
    }
  };
}

describe('the composer', () => {
  test('leads to the conversation that it began, unless one has gone elsewhere meanwhile', async () => {
    await using window = await story.open();
    await window.context.addInitScript(leaveWithAcknowledgement, 'going away');
    await using second = await windowOf(window.context, story.host.url);
    await second.send('going away');
    await second.page.getByRole('heading', { level: 1, name: 'Queue' }).waitFor();
    (await story.model.asked('going away')).answer('You were not there.');
    expect(new URL(second.page.url()).hash).toBe('#/queue');
    expect(second.complaints).toEqual([]);
  });

  test('breaks the line with Shift+Enter and sends with Enter', async () => {
    await using window = await story.open();
    const { page, message, log } = window;
    await message.focus();
    await page.keyboard.type('two');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('lines');
    expect(await message.inputValue()).toBe('two\nlines');
    await page.keyboard.press('Enter');
    (await story.model.asked('two\nlines')).answer('Both.');
    await shows(log, 'Both.');
  });

  test('leaves the Enter that ends a composition to the input method', async () => {
    await using window = await story.open();
    const { page, message, context } = window;
    const devtools = await context.newCDPSession(page);
    await message.focus();
    await devtools.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
    // What Chromium sends while an input method has the keyboard: the key is its own, and says 229.
    const enter = { key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 13 };
    await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter });
    await devtools.send('Input.insertText', { text: '日本' });
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    // Safari ends the composition before the key arrives, which then looks like any Enter but for its number.
    await message.dispatchEvent('keydown', { key: 'Enter', code: 'Enter', keyCode: 229, bubbles: true });
    // And the others say that they are composing.
    await message.dispatchEvent('keydown', { key: 'Enter', code: 'Enter', isComposing: true, bubbles: true });
    expect(await message.inputValue()).toBe('日本');
    await page.keyboard.press('Enter');
    (await story.model.asked('日本')).answer('はい');
    await shows(window.log, 'はい');
    expect(story.model.count('日本')).toBe(1);
  });

  test('keeps a draft over a reload', async () => {
    await using window = await story.open();
    const { page, message } = window;
    await message.fill('not finished');
    await page.reload();
    expect(await message.inputValue()).toBe('not finished');
    await message.fill('');
    await page.reload();
    expect(await message.inputValue()).toBe('');
  });

  test('does not send nothing, or more than a message holds', async () => {
    await using window = await story.open();
    const { page, message, button } = window;
    expect(await button('Send').isDisabled()).toBe(true);
    await message.fill('  \n ');
    expect(await button('Send').isDisabled()).toBe(true);
    await message.fill('x'.repeat(200_001));
    await shows(page.getByRole('alert'), '200,001 characters: a message holds at most 200,000.');
    expect(await button('Send').isDisabled()).toBe(true);
    await message.fill('');
  });

  test('puts a message that is refused back into the box, with the reason', async () => {
    await using window = await story.open();
    const { page, send, message, answers } = window;
    await send('a conversation');
    (await story.model.asked('a conversation')).answer('Yes.');
    await shows(answers, 'Yes.');
    // It is removed elsewhere in the moment in which a message to it is written: the page has not heard of it yet.
    let deaf = false;
    await page.routeWebSocket(/\/trpc$/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((data) => {
        if (!deaf || String(data).includes('conversations.send')) socket.send(data);
      });
    });
    await page.reload();
    await shows(answers, 'Yes.');
    deaf = true;
    const [conversation] = (await story.host.client.conversations.list.query()).filter(
      ({ title }) => title === 'a conversation',
    );
    if (conversation === undefined) throw new Error('the conversation is not listed');
    await story.host.client.conversations.remove.mutate({ id: conversation.id });
    await send('too late');
    await shows(page.getByRole('alert'), /Not sent\. .+ Your text is still here\./);
    expect(await message.inputValue()).toBe('too late');
  });

  test('takes what is typed while a conversation is being made along into it', async () => {
    await using window = await story.open();
    const { page, message } = window;
    let hold = true;
    const held: (() => void)[] = [];
    await page.routeWebSocket(/\/trpc$/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((data) => {
        if (hold && /"title"/.test(String(data))) held.push(() => socket.send(data));
        else socket.send(data);
      });
    });
    await page.reload();
    await message.fill('the first');
    await message.press('Enter');
    await shows(page.getByRole('main'), 'Sending');
    await message.fill('the second, half');
    hold = false;
    for (const release of held.splice(0)) release();
    await page.getByRole('heading', { level: 1, name: 'the first' }).waitFor();
    expect(await message.inputValue()).toBe('the second, half');
    (await story.model.asked('the first')).answer('Good.');
    await shows(window.answers, 'Good.');
  });
});

describe('an answer', () => {
  test('leads nowhere without being asked: links are confirmed, images are links', async () => {
    await using window = await story.open();
    const { page, send, answers, context } = window;
    await context.route('https://example.com/**', (route) => route.fulfill({ body: 'the guide' }));
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(request.url()));
    await send('link me');
    (await story.model.asked('link me')).answer(
      'See [the guide](https://example.com/guide) ![a chart](https://example.com/c.png)',
    );
    await answers.getByRole('link', { name: '[image: a chart]' }).waitFor();
    await answers.getByRole('link', { name: 'the guide' }).click();
    const dialog = page.getByRole('dialog', { name: 'Open this link?' });
    await shows(dialog, 'https://example.com/guide');
    await dialog.getByRole('button', { name: 'Stay here' }).click();
    await counts(page.getByRole('dialog'), 0);
    await answers.getByRole('link', { name: 'the guide' }).click();
    const opened = context.waitForEvent('page');
    await dialog.getByRole('button', { name: 'Open link' }).click();
    const guide = await opened;
    await guide.waitForURL('https://example.com/guide');
    expect(await guide.evaluate(() => globalThis.opener === null)).toBe(true);
    expect(fetched.filter((url) => url.startsWith('https://example.com'))).toEqual([]);
  });
});
