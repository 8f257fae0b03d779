/** Pages around a message, and forwards from it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConversationId, MessageId } from '../../src/protocol/ids.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';

let night: TestEngine;
let conversationId: ConversationId;
let ids: MessageId[];
beforeAll(async () => {
  night = await startEngine();
  conversationId = await night.conversation();
  ids = [];
  for (let index = 0; index < 20; index += 1) ids.push((await night.say(conversationId, `message ${index}`)).id);
});
afterAll(() => night[Symbol.asyncDispose]());

const list = (where: { before?: MessageId; after?: MessageId; around?: MessageId }, limit: number) => {
  const { messages, ...rest } = night.engine.messages.list({ conversationId, limit, ...where });
  return { at: messages.map(({ id }) => ids.indexOf(id)), ...rest };
};
const id = (index: number): MessageId => {
  const found = ids[index];
  if (found === undefined) throw new Error(`there is no message ${index}`);
  return found;
};

test.each([
  [{}, 3, { at: [17, 18, 19], more: true, moreNewer: false }],
  [{ before: 2 }, 3, { at: [0, 1], more: false, moreNewer: true }],
  [{ after: 16 }, 3, { at: [17, 18, 19], more: true, moreNewer: false }],
  [{ after: 10 }, 3, { at: [11, 12, 13], more: true, moreNewer: true }],
  [{ around: 10 }, 5, { at: [8, 9, 10, 11, 12], more: true, moreNewer: true }],
  [{ around: 10 }, 4, { at: [8, 9, 10, 11], more: true, moreNewer: true }],
  [{ around: 0 }, 5, { at: [0, 1, 2], more: false, moreNewer: true }],
  [{ around: 19 }, 5, { at: [17, 18, 19], more: true, moreNewer: false }],
  [{ around: 5 }, 1, { at: [5], more: true, moreNewer: true }],
] as const)('%j of %i is %j', (where, limit, page) => {
  const [[name, index] = []] = Object.entries(where);
  expect(list(name === undefined ? {} : { [name]: id(Number(index)) }, limit)).toEqual(page);
});

test('a message of another conversation, or two at once, are refused', async () => {
  const other = await night.say(await night.conversation(), 'elsewhere');
  expect(() => list({ around: other.id }, 5)).toThrow(/was removed/);
  expect(() => list({ around: id(1), after: id(2) }, 5)).toThrow(/Name one of/);
});

test('around a version that is not shown is what is shown there', () => {
  const hide = (hidden: number) =>
    night.store.sqlite.prepare('UPDATE messages SET hidden = ? WHERE id = ?').run(hidden, id(10));
  hide(1);
  expect(list({ around: id(10) }, 4)).toEqual({ at: [8, 9, 11, 12], more: true, moreNewer: true });
  hide(0);
});
