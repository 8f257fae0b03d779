/** An answer that the token limit has cut can be gone on with: one message, joined exactly once, and the history is right. */
import { describe, expect, it } from 'vitest';
import type { ConversationId, JobId } from '../../src/protocol/ids.ts';
import type { MessageView } from '../../src/protocol/views.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';
import { textPart } from '../support/scripted-workers.ts';

const messagesOf = (night: TestEngine, conversationId: ConversationId): MessageView[] =>
  night.engine.messages.list({ conversationId, limit: 50 }).messages;
const face = ({ role, text, status }: MessageView) => ({ role, text, status });

/** A conversation with one question, whose answer was cut. */
async function cut(night: TestEngine, text = 'The first half', thinking?: string) {
  const conversationId = await night.conversation();
  const { jobId } = await night.say(conversationId, 'Tell me all.');
  const run = await night.workers.nextRun();
  run.done(text, { finishReason: 'length', ...(thinking === undefined ? {} : { thinking }) });
  if (jobId === null) throw new Error('no job');
  await night.reaches(jobId, 'completed');
  const answer = messagesOf(night, conversationId)[1];
  if (answer === undefined) throw new Error('no answer');
  const goOn = (requestId = newRequestId()) => night.engine.messages.continue({ requestId, messageId: answer.id });
  return { conversationId, jobId, answer, goOn };
}

const jobIn = (question: MessageView): JobId => question.jobs[0]?.id ?? ('' as JobId);

describe('going on with a cut answer', () => {
  it('asks for the rest, and joins it to the same message', async () => {
    await using night = await startEngine();
    const { conversationId, jobId, answer, goOn } = await cut(night, 'The first half', 'Hm.');
    const question = await goOn();
    expect(question).toMatchObject({ role: 'user', jobId, jobs: [{ continues: jobId }] });
    expect(jobIn(question)).not.toBe(jobId);
    const run = await night.workers.nextRun();
    expect(run.request.messages).toEqual([
      { role: 'user', content: 'Tell me all.' },
      { role: 'assistant', content: 'The first half' },
      { role: 'user', content: expect.stringMatching(/^Your last answer was cut off/u) },
    ]);
    run.delta(textPart(' and the'));
    run.done(' and the second.', { thinking: 'Well.' });
    await night.reaches(jobIn(question), 'completed');
    expect(messagesOf(night, conversationId).map(face)).toEqual([
      { role: 'user', text: 'Tell me all.', status: 'complete' },
      { role: 'assistant', text: 'The first half and the second.', status: 'complete' },
    ]);
    const joined = messagesOf(night, conversationId)[1];
    expect(joined).toMatchObject({ id: answer.id, jobId, thinking: 'Hm.\n\nWell.' });
  });

  it('can be done again and again, and the next question reads all of it', async () => {
    await using night = await startEngine();
    const { conversationId, goOn } = await cut(night, 'one');
    const second = await goOn();
    (await night.workers.nextRun()).done(' two', { finishReason: 'length' });
    await night.reaches(jobIn(second), 'completed');
    expect(messagesOf(night, conversationId)[1]).toMatchObject({ text: 'one two', status: 'cut' });
    await goOn();
    const next = await night.say(conversationId, 'And then?');
    expect(next.jobs[0]?.state, 'it waits for the rest').toBe('blocked');
    (await night.workers.nextRun()).done(' three');
    const run = await night.workers.nextRun();
    expect(run.request.messages.map(({ content }) => content)).toEqual(['Tell me all.', 'one two three', 'And then?']);
  });

  it('is asked once, however often the call is sent; a second call is refused while the first works', async () => {
    await using night = await startEngine();
    const { goOn } = await cut(night);
    const requestId = newRequestId();
    const [first, again] = [await goOn(requestId), await goOn(requestId)];
    expect(jobIn(again)).toBe(jobIn(first));
    await expect(goOn()).rejects.toMatchObject({ code: 'CONFLICT' });
    (await night.workers.nextRun()).done(' the end');
    await night.reaches(jobIn(first), 'completed');
    await expect(goOn(), 'it is whole').rejects.toMatchObject({ code: 'CONFLICT' });
    expect(night.workers.untaken).toHaveLength(0);
  });

  it('refuses an answer that was filtered, one that is whole, a question, and what is not there', async () => {
    await using night = await startEngine();
    const conversationId = await night.conversation();
    const refused = async (messageId: MessageView['id'], code: string) =>
      expect(night.engine.messages.continue({ requestId: newRequestId(), messageId })).rejects.toMatchObject({ code });
    for (const finishReason of ['filtered', 'stop'] as const) {
      const { jobId } = await night.say(conversationId, finishReason);
      (await night.workers.nextRun()).done('an answer', { finishReason });
      await night.reaches(jobId ?? ('' as JobId), 'completed');
    }
    const all = messagesOf(night, conversationId);
    for (const { id, role } of all) await refused(id, role === 'user' ? 'NOT_FOUND' : 'CONFLICT');
    await refused('msg_01J9Z3K4M5N6P7Q8R900000000' as MessageView['id'], 'NOT_FOUND');
  });

  it('keeps what there was when the rest fails or is stopped, and a retry replaces only the rest', async () => {
    await using night = await startEngine();
    const { conversationId, goOn } = await cut(night, 'kept');
    const question = await goOn();
    const id = jobIn(question);
    const run = await night.workers.nextRun();
    run.delta(textPart(' a part'));
    await night.until(() => night.engine.jobs.get(id).phase === 'streaming');
    await night.engine.jobs.send(id, 'CANCEL');
    expect(messagesOf(night, conversationId)[1]).toMatchObject({ text: 'kept a part', status: 'cut' });

    await night.engine.jobs.send(id, 'RETRY');
    expect(messagesOf(night, conversationId)[1]).toMatchObject({ text: 'kept', status: 'cut' });
    const again = await night.workers.nextRun();
    expect(again.request.messages[1]).toEqual({ role: 'assistant', content: 'kept' });
    again.fail({ class: 'rejected', code: 'bad-request', message: 'no' });
    await night.reaches(id, 'failed');
    expect(messagesOf(night, conversationId)[1]).toMatchObject({ text: 'kept', status: 'cut' });

    await night.engine.jobs.send(id, 'RETRY');
    (await night.workers.nextRun()).done(' and whole');
    await night.reaches(id, 'completed');
    expect(messagesOf(night, conversationId)[1]).toMatchObject({ text: 'kept and whole', status: 'complete' });
  });

  it('an answer that was all thought is asked for again, and a late worker writes nothing', async () => {
    await using night = await startEngine();
    const { conversationId, goOn } = await cut(night, '', 'long thoughts');
    const id = jobIn(await goOn());
    const run = await night.workers.nextRun();
    expect(run.request.messages.map(({ content }) => content)).toEqual(['Tell me all.']);
    run.worker.crash();
    await night.until(() => night.engine.pool.get().workers[0]?.state === 'backingOff');
    night.clock.advance(200);
    const again = await night.workers.nextRun();
    again.done('short');
    run.done('late');
    await night.reaches(id, 'completed');
    expect(messagesOf(night, conversationId)[1]).toMatchObject({ text: 'short', status: 'complete' });
  });

  it('is watched like any other job: the rest alone, also after its end', async () => {
    await using night = await startEngine();
    const { goOn } = await cut(night);
    const id = jobIn(await goOn());
    (await night.workers.nextRun()).done(' the rest');
    await night.reaches(id, 'completed');
    const stop = new AbortController();
    for await (const { event } of night.engine.jobs.watch(id, undefined, stop.signal)) {
      if (event.type !== 'delta') continue;
      expect(event).toMatchObject({ offset: 0, parts: [textPart(' the rest')] });
      break;
    }
    stop.abort();
  });
});
