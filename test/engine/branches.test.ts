/** A question that is edited and sent again: branches, which of them is shown, and what runs on the others. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationId, MessageId } from '../../src/protocol/ids.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';
import { asked, exchange, jobOf, messageWith, nextAnswer, shown, shownTexts } from '../support/talk.ts';

const edit = (night: TestEngine, messageId: MessageId, text: string) =>
  night.engine.messages.edit({ requestId: newRequestId(), messageId, text });

describe('a question that is edited', () => {
  it('begins a branch, of which the model hears only its own path; the old one can be shown again', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    await exchange(night, conversation, 'one?', 'first');
    const two = await exchange(night, conversation, 'two?', 'second');
    await exchange(night, conversation, 'three?', 'third');
    const other = await edit(night, two.id, 'two, differently?');
    expect(other).toMatchObject({ parentId: two.parentId, versions: [two.id, other.id], hidden: false });
    expect(shownTexts(night, conversation)).toEqual(['one?', 'first', 'two, differently?']);
    const run = await nextAnswer(night);
    expect(asked(run)).toEqual(['user: one?', 'assistant: first', 'user: two, differently?']);
    run.done('second, differently');
    await night.reaches(run.jobId, 'completed');
    await exchange(night, conversation, 'four?', 'fourth');

    await night.engine.messages.show(two.id);
    expect(shownTexts(night, conversation)).toEqual(['one?', 'first', 'two?', 'second', 'three?', 'third']);
    await exchange(night, conversation, 'five?', 'fifth');
    await night.engine.messages.show(other.id);
    const branch = ['one?', 'first', 'two, differently?', 'second, differently', 'four?', 'fourth'];
    expect(shownTexts(night, conversation)).toEqual(branch);
  });

  it('also when it was the first', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    const one = await exchange(night, conversation, 'one?', 'first');
    await exchange(night, conversation, 'two?', 'second');
    const other = await edit(night, one.id, 'uno?');
    expect(asked(await nextAnswer(night))).toEqual(['user: uno?']);
    expect(shownTexts(night, conversation)).toEqual(['uno?']);
    expect(other.versions).toEqual([one.id, other.id]);
    await expect(edit(night, one.id, 'eins?')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is not answered any more as it was, and what was queued behind it stands behind the new one', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    const one = await night.say(conversation, 'one?');
    const old = await nextAnswer(night);
    old.delta({ kind: 'text', text: 'fir' });
    await night.until(() => night.engine.jobs.get(old.jobId).phase === 'streaming');
    const queued = await night.say(conversation, 'two?');
    await edit(night, one.id, 'uno?');
    expect(night.engine.jobs.get(old.jobId).state).toBe('cancelled');
    expect(shownTexts(night, conversation)).toEqual(['uno?', 'two?']);
    const run = await nextAnswer(night);
    expect(asked(run)).toEqual(['user: uno?']);
    expect(night.engine.jobs.get(jobOf(night, queued.id)).state).toBe('blocked');
    run.done('primo');
    expect(asked(await nextAnswer(night))).toEqual(['user: uno?', 'assistant: primo', 'user: two?']);
    await night.engine.messages.show(one.id);
    expect(shownTexts(night, conversation), 'what it had said so far is kept').toEqual(['one?', 'fir']);
  });

  it('changes where it stands while nothing has begun', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 1 } });
    const [busy, conversation] = [await night.conversation(), await night.conversation()];
    await night.say(busy, 'busy');
    const blocking = await nextAnswer(night);
    const one = await night.say(conversation, 'one?');
    const changed = await edit(night, one.id, 'uno?');
    expect(changed).toMatchObject({ id: one.id, text: 'uno?', versions: [one.id] });
    blocking.done();
    expect(asked(await nextAnswer(night))).toEqual(['user: uno?']);
  });
});

describe('a branch that is not shown', () => {
  it('goes on: its running answer arrives there, and so does what is queued behind that', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    await exchange(night, conversation, 'one?', 'first');
    const two = await exchange(night, conversation, 'two?', 'second');
    await night.say(conversation, 'three?');
    const three = await nextAnswer(night);
    await night.say(conversation, 'four?');
    const other = await edit(night, two.id, 'two, differently?');
    (await nextAnswer(night)).done('second, differently');
    three.done('third');
    const four = await nextAnswer(night);
    expect(asked(four), 'the path that leads to it').toEqual([
      'user: one?',
      'assistant: first',
      'user: two?',
      'assistant: second',
      'user: three?',
      'assistant: third',
      'user: four?',
    ]);
    four.done('fourth');
    await night.reaches(four.jobId, 'completed');
    expect(shownTexts(night, conversation)).toEqual(['one?', 'first', 'two, differently?', 'second, differently']);
    await night.engine.messages.show(two.id);
    expect(shownTexts(night, conversation).slice(-4)).toEqual(['three?', 'third', 'four?', 'fourth']);
    await night.engine.messages.show(other.id);
    expect(shownTexts(night, conversation)).toHaveLength(4);
  });

  it('is shown with all that leads to it, when a message deep in it is', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    const one = await exchange(night, conversation, 'one?', 'first');
    await exchange(night, conversation, 'two?', 'second');
    const deep = messageWith(night, conversation, 'second');
    await night.engine.messages.regenerate({ requestId: newRequestId(), messageId: deep.id });
    (await nextAnswer(night)).done('second again');
    await night.until(() => shownTexts(night, conversation).includes('second again'));
    await edit(night, one.id, 'uno?');
    (await nextAnswer(night)).done('primo');
    await night.until(() => shownTexts(night, conversation).includes('primo'));
    await night.engine.messages.show(deep.id);
    expect(shownTexts(night, conversation)).toEqual(['one?', 'first', 'two?', 'second']);
  });
});

it('whatever is edited, asked anew and shown: one path is shown, and every answer is kept once', async () => {
  const moves = fc.array(
    fc.record({ move: fc.constantFrom('say', 'edit', 'regenerate', 'show', 'show'), on: fc.nat() }),
    { minLength: 4, maxLength: 14 },
  );
  await fc.assert(
    fc.asyncProperty(moves, async (walk) => {
      await using night = await startEngine();
      const conversation = await night.conversation();
      const all: MessageId[] = [];
      let given = 0;
      night.workers.onRun = (run) => {
        given += night.store.jobs.get(run.jobId)?.name === 'chat' ? 1 : 0;
        run.done(`answer of ${run.jobId}`);
      };
      for (const [n, { move, on }] of walk.entries()) {
        const id = all[on % all.length];
        const row = id === undefined ? undefined : night.engine.messages.get(id);
        if (move === 'say' || row === undefined) all.push((await night.say(conversation, `question ${n}`)).id);
        else if (move === 'show') await night.engine.messages.show(row.id);
        else if (move === 'regenerate' && row.role === 'assistant') {
          await night.engine.messages.regenerate({ requestId: newRequestId(), messageId: row.id });
        } else if (move === 'edit' && row.role === 'user' && !row.hidden) {
          all.push((await edit(night, row.id, `edited ${n}`)).id);
        }
        await settled(night, conversation);
        const texts = night.store.sqlite.prepare("SELECT id, text FROM messages WHERE role = 'assistant'").all();
        for (const { id: answer } of texts as { id: MessageId }[]) if (!all.includes(answer)) all.push(answer);
        expect(new Set(texts.map((answer) => (answer as { text: string }).text)).size).toBe(given);
        expectOnePath(night, conversation);
      }
    }),
    { numRuns: 10 },
  );
}, 60_000);

function settled(night: TestEngine, id: ConversationId): Promise<void> {
  return night.until(() => night.engine.conversations.get(id).openJobs === 0, 'all jobs to end');
}

/** Each question follows the one before it, with one answer, and nothing else is there. */
function expectOnePath(night: TestEngine, conversation: ConversationId): void {
  const path = shown(night, conversation);
  let before: MessageId | null = null;
  for (const [index, message] of path.entries()) {
    if (message.role === 'user') {
      expect(message.parentId).toBe(before);
      before = message.id;
    } else {
      expect(message.parentId).toBe(path[index - 1]?.id);
    }
    expect(message.versions).toContain(message.id);
  }
  expect(path.length % 2).toBe(0);
}
