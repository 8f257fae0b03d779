/** Files that go with messages: what is taken, what a model is told of them, and how long they stay. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachmentLimits } from '../../src/protocol/attachments.ts';
import type { AttachmentId, ConversationId, ProviderId } from '../../src/protocol/ids.ts';
import type { ChatMessage } from '../../src/protocol/request.ts';
import { dataFolder } from '../support/data-folder.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';
import { attach, pdf, png } from '../support/files.ts';
import { textPart } from '../support/scripted-workers.ts';

let night: TestEngine;
beforeAll(async () => {
  night = await startEngine({ settings: { slotsPerWorker: 50 } });
});
afterAll(() => night[Symbol.asyncDispose]());

const add = (name: string, bytes: Buffer | string, text?: string) =>
  attach(night.engine.attachments, name, Buffer.from(bytes), text);
const send = (conversationId: ConversationId, text: string, attachments: AttachmentId[]) =>
  night.engine.conversations.send({ requestId: newRequestId(), conversationId, text, attachments });
/** What the model is told of a message. */
async function asked(
  conversationId: ConversationId,
  text: string,
  attachments: AttachmentId[],
): Promise<ChatMessage[]> {
  const message = await send(conversationId, text, attachments);
  const run = await night.workers.nextRun();
  expect(run.jobId).toBe(message.jobId);
  run.done('seen');
  await night.reaches(run.jobId, 'completed');
  return run.request.messages;
}

describe('a file', () => {
  test('comes in pieces, is what its bytes say, and is the same when it is read', async () => {
    const bytes = Buffer.concat([png(30, 20), randomBytes(1_300_000)]);
    const view = await add('../../pictures/cat\u202Egnp.html', bytes);
    expect(view).toMatchObject({ kind: 'image', mediaType: 'image/png', width: 30, height: 20, ready: true });
    expect(view.name).toBe('catgnp.html');
    expect(night.store.attachments.bytes(view.id).equals(bytes)).toBe(true);
  });

  test.each([
    [
      'jpeg',
      Buffer.concat([Buffer.from('ffd8ffe000044a46ffc0001108001e0028', 'hex'), Buffer.alloc(30)]),
      'image/jpeg',
      40,
      30,
    ],
    [
      'gif',
      Buffer.concat([Buffer.from('GIF89a'), Buffer.from('05000700', 'hex'), Buffer.alloc(30)]),
      'image/gif',
      5,
      7,
    ],
    [
      'webp',
      Buffer.concat([
        Buffer.from('RIFF\0\0\0\0WEBPVP8X'),
        Buffer.from('0a00000000000000090000130000', 'hex'),
        Buffer.alloc(9),
      ]),
      'image/webp',
      10,
      20,
    ],
  ])('can be a %s', async (name, bytes, mediaType, width, height) => {
    expect(await add(`x.${name}`, bytes)).toMatchObject({ kind: 'image', mediaType, width, height, ready: true });
  });

  test.each([
    ['a page', '<script>alert(1)</script>', 'text/plain'],
    ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'text/plain'],
    ['UTF-16', Buffer.from('\uFEFFhällo', 'utf16le'), 'text/plain'],
  ])('with %s is text and nothing else', async (_what, bytes, mediaType) => {
    const view = await add('x.html', Buffer.from(bytes));
    expect(view).toMatchObject({ kind: 'text', mediaType, ready: true });
    expect(night.engine.attachments.text(view.id).text).toBe(
      bytes.toString(typeof bytes === 'string' ? undefined : 'utf16le').replace('\uFEFF', ''),
    );
  });

  test('can be sent as a PDF when its text is there too', async () => {
    const view = await add('paper.pdf', pdf('A paper'));
    expect(view).toMatchObject({ kind: 'pdf', mediaType: 'application/pdf', ready: false });
    expect(await night.engine.attachments.describe({ id: view.id, text: 'A paper', pages: 1 })).toMatchObject({
      ready: true,
      pages: 1,
    });
    await expect(night.engine.attachments.describe({ id: view.id, text: 'x', pages: 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test.each([
    ['a program', Buffer.from('7f454c46020101000000', 'hex'), /neither text/],
    ['an archive', Buffer.from('504b0304140000000800aabb', 'hex'), /neither text/],
    ['text in another encoding', Buffer.from([0x67, 0x72, 0xfc, 0x6e]), /neither text/],
    ['a text that is too long', Buffer.alloc(1_000_001, 'x'), /too large: a text file may have 1 MB/],
    ['a picture that is too large', Buffer.concat([png(2, 2), Buffer.alloc(10_000_000)]), /an image may have 10 MB/],
    ['a picture with too many pixels', png(1, 1).fill(0x7f, 16, 24), /an image may have 64 million/],
  ])('is refused as %s, and nothing of it is kept', async (_what, bytes, words) => {
    const before = night.store.sqlite.prepare('SELECT count(*) FROM attachments').pluck().get();
    await expect(add('x', bytes)).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringMatching(words) });
    expect(night.store.sqlite.prepare('SELECT count(*) FROM attachments').pluck().get()).toBe(before);
  });

  test('that turns out not to be text at its end is refused', async () => {
    const bytes = Buffer.concat([Buffer.alloc(600_000, 'x'), Buffer.from([0xff])]);
    await expect(add('x.txt', bytes)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('neither'),
    });
  });

  test('takes each piece once, in order, and no more than was said', async () => {
    const { attachments } = night.engine;
    const data = (length: number) => Buffer.alloc(length, 'x').toString('base64');
    const begin = {
      requestId: newRequestId(),
      name: 'a.txt',
      bytes: attachmentLimits.chunkBytes + 10,
      data: data(attachmentLimits.chunkBytes),
    };
    const { id } = await attachments.begin(begin);
    expect((await attachments.begin(begin)).id).toBe(id);
    const offset = attachmentLimits.chunkBytes;
    await expect(attachments.append({ id, offset: offset + 1, data: data(1) })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(attachments.append({ id, offset, data: data(11) })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await attachments.append({ id, offset, data: data(5) })).toMatchObject({ ready: false });
    expect(await attachments.append({ id, offset, data: data(5) })).toMatchObject({ ready: false });
    expect(await attachments.append({ id, offset: offset + 5, data: data(5) })).toMatchObject({ ready: true });
    await expect(attachments.begin({ ...begin, requestId: newRequestId(), data: data(10) })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});

describe('a message with files', () => {
  test('shows them in their order; the model is told the texts, and sees the pictures', async () => {
    const conversation = await night.conversation();
    const notes = await add('notes "1".txt', 'Buy milk.');
    const picture = await add('cat.png', png(4, 4));
    const paper = await add('paper.pdf', pdf('x'), 'All of the paper.');
    const messages = await asked(conversation, 'What is this?', [picture.id, notes.id, paper.id]);
    const text = `<file name="notes '1'.txt">\nBuy milk.\n</file>\n\n<file name="paper.pdf" pages="1">\nAll of the paper.\n</file>\n\nWhat is this?`;
    const data = png(4, 4).toString('base64');
    expect(messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text },
          { type: 'image', mediaType: 'image/png', data },
        ],
      },
    ]);
    const [shown] = night.engine.messages.list({ conversationId: conversation, limit: 2 }).messages;
    expect(shown?.attachments.map(({ name }) => name)).toEqual(['cat.png', `notes "1".txt`, 'paper.pdf']);
    expect(shown?.attachments[0]).toMatchObject({ conversationId: conversation });

    // They stay part of the conversation for the model.
    const next = await asked(conversation, 'And now?', []);
    expect(next).toEqual([...messages, { role: 'assistant', content: 'seen' }, { role: 'user', content: 'And now?' }]);
  });

  test('needs no words', async () => {
    const conversation = await night.conversation();
    const picture = await add('sunset.png', png(4, 4));
    const [message] = await asked(conversation, '', [picture.id]);
    expect(message?.content).toEqual([expect.objectContaining({ type: 'image' })]);
    expect(night.engine.conversations.get(conversation)).toMatchObject({ title: 'sunset.png' });
    expect(await asked(conversation, 'more', [])).toHaveLength(3);
  });

  test('tells the model how much of a text does not fit', async () => {
    const conversation = await night.conversation();
    const long = await add('long.txt', 'word '.repeat(20_000));
    const [message] = await asked(conversation, 'Sum it up', [long.id]);
    expect(message?.content).toMatch(/^<file name="long.txt">\nword word/);
    expect(message?.content).toMatch(
      /\[Cut: these are the first \d+ of 100000 characters\. The rest does not fit\.\]\n<\/file>\n\nSum it up$/,
    );
    // The demo takes 8,000 tokens, of which a quarter is kept for its answer.
    expect(JSON.stringify(message?.content).length).toBeLessThan(6_000 * 3);
  });

  test('tells the user, too, which files were cut, with the answer', async () => {
    const conversation = await night.conversation();
    const short = await add('short.txt', 'Read me first.');
    const long = await add('long <1>.txt', 'word '.repeat(20_000));
    const last = await add('last.pdf', pdf('x'), 'Nothing is left for this paper, as long as it is.'.repeat(9));
    const blank = await add('blank.txt', ' ');
    const answers = () => night.engine.messages.list({ conversationId: conversation, limit: 9 }).messages;
    await asked(conversation, 'Sum it up', [short.id, long.id, last.id, blank.id]);
    expect(answers().at(-1)?.meta?.cutFiles).toEqual(['long <1>.txt', 'last.pdf']);

    await asked(conversation, 'And now?', [(await add('fits.txt', 'a')).id]);
    expect(answers().at(-1)?.meta).not.toHaveProperty('cutFiles');
    await asked(conversation, 'And without any?', []);
    expect(answers().at(-1)?.meta).not.toHaveProperty('cutFiles');
  });

  test('says of an answer that broke off which files were cut', async () => {
    const conversation = await night.conversation();
    const long = await add('long.txt', 'word '.repeat(20_000));
    await send(conversation, 'Sum it up', [long.id]);
    const run = await night.workers.nextRun();
    run.delta(textPart('As far as'));
    await night.until(() => night.engine.jobs.get(run.jobId).phase === 'streaming');
    await night.engine.jobs.send(run.jobId, 'CANCEL');
    await night.reaches(run.jobId, 'cancelled');
    const answer = night.store.chat.messageOfJob(run.jobId, 'assistant');
    expect(answer).toMatchObject({ status: 'cancelled', meta: { cutFiles: ['long.txt'] } });
  });

  test('is refused when a file is not there, not whole, twice, or in another conversation', async () => {
    const [here, there] = [await night.conversation(), await night.conversation()];
    const file = await add('a.txt', 'a');
    const open = await add('b.pdf', pdf('b'));
    await expect(send(here, 'x', [open.id])).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('b.pdf'),
    });
    await expect(send(here, 'x', [file.id, file.id])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await send(there, 'x', [file.id]);
    await expect(send(here, 'x', [file.id])).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(night.engine.attachments.remove(file.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await night.engine.attachments.remove(open.id);
    await expect(send(here, 'x', [open.id])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    (await night.workers.nextRun()).done('x');
  });

  test('is refused when the model is known to take no images, and says which', async () => {
    const conversation = await night.conversation();
    const picture = await add('cat.png', png(4, 4));
    await night.engine.providers.editModel('demo' as ProviderId, { id: 'demo', images: false });
    await expect(send(conversation, 'What?', [picture.id])).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/demo\/demo, which takes no images. Remove cat.png/),
    });
  });
});

describe('what is kept', () => {
  test('goes with the conversation', async () => {
    const conversation = await night.conversation();
    const file = await add('a.txt', 'a');
    await send(conversation, 'x', [file.id]);
    (await night.workers.nextRun()).done('x');
    night.store.sqlite.prepare('DELETE FROM conversations WHERE id = ?').run(conversation);
    expect(night.store.attachments.info(file.id)).toBeUndefined();
    expect(
      night.store.sqlite.prepare('SELECT count(*) FROM attachment_chunks WHERE attachment_id = ?').pluck().get(file.id),
    ).toBe(0);
  });

  test('goes after a week when nobody has sent it', async () => {
    using folder = dataFolder();
    const ids = await (async () => {
      await using first = await startEngine({ folder: folder.path });
      const file = (name: string) => attach(first.engine.attachments, name, Buffer.from('a'));
      const [old, sent] = [await file('old.txt'), await file('sent.txt')];
      const conversationId = await first.conversation();
      await first.engine.conversations.send({
        requestId: newRequestId(),
        conversationId,
        text: 'x',
        attachments: [sent.id],
      });
      first.store.sqlite
        .prepare('UPDATE attachments SET created_at = created_at - ?')
        .run(attachmentLimits.unsentMs + 1);
      return { old: old.id, sent: sent.id, young: (await file('young.txt')).id };
    })();
    await using later = await startEngine({ folder: folder.path });
    await later.pass(11_000);
    await later.until(() => later.store.attachments.info(ids.old) === undefined);
    expect(later.store.attachments.info(ids.sent)).toBeDefined();
    expect(later.store.attachments.info(ids.young)).toBeDefined();
  });
});
