/** A turn cut off at every step: the process really dies there, and another one opens the folder. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { node24 } from '../../scripts/setup/project.mjs';
import type { ConversationId } from '../../src/protocol/ids.ts';
import { dataFolder } from '../support/data-folder.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';

const script = new URL('fixtures/cut-off.ts', import.meta.url).pathname;

describe('a user sends a message, and the process dies', () => {
  it.each([
    ['in the open turn', 'begun', false],
    ['before the commit', 'ran', false],
    ['after the commit, before anything has left', 'committed', true],
    ['in the middle of the outbox', 'outbox', true],
    ['after the outbox', 'sent', true],
    ['right after the acknowledgement', 'acknowledged', true],
  ])('%s: one message and one answer', async (_, step, isStored) => {
    using folder = dataFolder();
    const conversationId = await withConversation(folder.path);
    await dieAt(folder.path, conversationId, 'sends', step);

    await using night = await startEngine({ folder: folder.path });
    expect(messagesOf(night, conversationId)).toEqual(isStored ? ['user: the question'] : []);
    // The page has heard nothing, and sends it again.
    await night.say(conversationId, 'the question', 'request-the-one');
    const run = await night.workers.nextRun();
    run.done('the answer');
    await night.reaches(run.jobId, 'completed');
    expect(messagesOf(night, conversationId)).toEqual(['user: the question', 'assistant: the answer']);
    expect(night.workers.untaken, 'nothing runs twice').toEqual([]);
    expect(run.attempt).toBe(isStored ? 2 : 1);
    expectWhole(night, 1);
  });
});

describe('a worker has answered, and the process dies', () => {
  it.each([
    ['in the open turn', 'begun', false],
    ['before the commit', 'ran', false],
    ['after the commit, before anything has left', 'committed', true],
    ['in the middle of the outbox', 'outbox', true],
    ['after the outbox', 'sent', true],
  ])('%s: every question has one answer', async (_, step, isStored) => {
    using folder = dataFolder();
    const conversationId = await withConversation(folder.path);
    await dieAt(folder.path, conversationId, 'answers', step);

    await using night = await startEngine({ folder: folder.path });
    const questions = ['user: the question', 'user: one more question'];
    const answered = ['user: the question', 'assistant: the answer', 'user: one more question'];
    expect(messagesOf(night, conversationId)).toEqual(isStored ? answered : questions);

    if (!isStored) (await night.workers.nextRun()).done('the answer');
    const second = await night.workers.nextRun();
    expect(second.request.messages.map(({ content }) => content)).toEqual([
      'the question',
      'the answer',
      'one more question',
    ]);
    second.done('another answer');
    await night.reaches(second.jobId, 'completed');
    expect(messagesOf(night, conversationId)).toEqual([...answered, 'assistant: another answer']);
    expect(night.workers.untaken).toEqual([]);
    expectWhole(night, 2);
  });
});

async function withConversation(folder: string): Promise<ConversationId> {
  const night = await startEngine({ folder });
  const id = await night.conversation();
  await night.stop();
  return id;
}

async function dieAt(folder: string, conversationId: ConversationId, scenario: string, step: string): Promise<void> {
  const child = fork(script, [folder, conversationId, scenario, step], { execPath: node24 });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  expect({ code, signal }, 'it died where it was told to').toEqual({ code: null, signal: 'SIGKILL' });
}

function messagesOf({ engine }: TestEngine, conversationId: ConversationId): string[] {
  return engine.messages.list({ conversationId, limit: 50 }).messages.map(({ role, text }) => `${role}: ${text}`);
}

/** Nothing is open, everything is counted, and every answer is paid for once. */
function expectWhole({ engine, store }: TestEngine, answers: number): void {
  const { lanes, finished, slotsUsed } = engine.pool.get();
  expect(
    Object.values(lanes)
      .flatMap((lane) => Object.values(lane))
      .filter((count) => count !== 0),
  ).toEqual([]);
  expect(finished).toEqual({ completed: answers, failed: 0, cancelled: 0 });
  expect(slotsUsed).toBe(0);
  expect(store.sqlite.prepare('SELECT count(*) FROM usage').pluck().get()).toBe(answers);
  expect(store.sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(store.sqlite.pragma('foreign_key_check')).toEqual([]);
}
