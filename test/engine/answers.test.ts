/** Versions of answers, and questions that several agents answer. */
import { describe, expect, it } from 'vitest';
import { AgentSpec } from '../../src/protocol/agents.ts';
import type { AgentId, ConversationId, MessageId } from '../../src/protocol/ids.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';
import { asked, exchange, jobOf, messageWith, nextAnswer, shown, shownTexts } from '../support/talk.ts';

const regenerate = (night: TestEngine, messageId: MessageId, requestId = newRequestId()) =>
  night.engine.messages.regenerate({ requestId, messageId });

describe('another version of an answer', () => {
  it('takes its place when it is there, and the old one can be shown again', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    const question = await exchange(night, conversation, 'one?', 'first');
    await exchange(night, conversation, 'two?', 'second');
    const old = messageWith(night, conversation, 'first');
    await regenerate(night, old.id);
    const run = await nextAnswer(night);
    expect(asked(run), 'what came later is no part of it').toEqual(['user: one?']);
    expect(shownTexts(night, conversation)).toEqual(['one?', 'first', 'two?', 'second']);
    run.done('first, better');
    await night.reaches(run.jobId, 'completed');
    expect(shownTexts(night, conversation)).toEqual(['one?', 'first, better', 'two?', 'second']);
    const fresh = messageWith(night, conversation, 'first, better');
    expect(fresh.versions).toEqual([old.id, fresh.id]);

    await night.engine.messages.show(old.id);
    expect(shownTexts(night, conversation)).toEqual(['one?', 'first', 'two?', 'second']);
    expect(night.engine.messages.get(fresh.id)).toMatchObject({ hidden: true, text: 'first, better' });
    expect(night.engine.messages.get(question.id).jobs.map(({ id }) => id)).toEqual([run.jobId]);
    await night.say(conversation, 'three?');
    expect(asked(await nextAnswer(night))).toContain('assistant: first');
  });

  it('is asked for once for each request, and not while one is on its way', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    await exchange(night, conversation, 'one?', 'first');
    const { id } = messageWith(night, conversation, 'first');
    const requestId = newRequestId();
    const [a, b] = await Promise.all([regenerate(night, id, requestId), regenerate(night, id, requestId)]);
    expect(a.id).toBe(b.id);
    await expect(regenerate(night, id)).rejects.toMatchObject({ code: 'CONFLICT' });
    (await nextAnswer(night)).done('again');
    await night.until(() => shownTexts(night, conversation).includes('again'));
    expect(messageWith(night, conversation, 'again').versions).toHaveLength(2);
    await expect(regenerate(night, messageWith(night, conversation, 'one?').id)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  it('that fails leaves the old one where it is; one that broke off stands beside it until it is asked again', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    await exchange(night, conversation, 'one?', 'first');
    await regenerate(night, messageWith(night, conversation, 'first').id);
    const refused = await nextAnswer(night);
    refused.fail({ class: 'rejected', code: 'bad-request', message: 'It said no.' });
    await night.reaches(refused.jobId, 'failed');
    expect(shownTexts(night, conversation)).toEqual(['one?', 'first']);
    expect((await night.say(conversation, 'two?')).jobs[0]?.state, 'there is an answer: nothing is held').toBe(
      'active',
    );
    (await nextAnswer(night)).done('second');

    await night.engine.jobs.send(refused.jobId, 'RETRY');
    const broken = await nextAnswer(night);
    broken.delta({ kind: 'text', text: 'half' });
    await night.until(() => night.engine.jobs.get(broken.jobId).phase === 'streaming');
    broken.fail({ class: 'rejected', code: 'content-policy', message: 'No more.' });
    await night.reaches(broken.jobId, 'failed');
    expect(shownTexts(night, conversation)).toEqual(['one?', 'half', 'two?', 'second']);
    expect(messageWith(night, conversation, 'half')).toMatchObject({ status: 'interrupted' });

    await night.engine.jobs.send(broken.jobId, 'RETRY');
    expect(shownTexts(night, conversation), 'exactly one is chosen').toEqual(['one?', 'first', 'two?', 'second']);
    (await nextAnswer(night)).done('whole');
    await night.until(() => shownTexts(night, conversation).includes('whole'));
    expect(shownTexts(night, conversation)).toEqual(['one?', 'whole', 'two?', 'second']);
    expect(messageWith(night, conversation, 'whole').versions).toHaveLength(2);
  });

  it('survives a restart in the middle: the old one is shown, and the new one comes once', async () => {
    await using first = await startEngine();
    const conversation = await first.conversation();
    await exchange(first, conversation, 'one?', 'first');
    await regenerate(first, messageWith(first, conversation, 'first').id);
    (await nextAnswer(first)).delta({ kind: 'text', text: 'aga' });
    await first.stop();
    await using night = await startEngine({ folder: first.folder });
    expect(shownTexts(night, conversation)).toEqual(['one?', 'first']);
    const run = await nextAnswer(night);
    run.done('again');
    await night.reaches(run.jobId, 'completed');
    expect(shownTexts(night, conversation)).toEqual(['one?', 'again']);
  });

  it('says what it took', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    const question = await night.say(conversation, 'one?');
    const run = await nextAnswer(night);
    night.clock.advance(400);
    run.delta({ kind: 'text', text: 'fir' });
    await night.until(() => night.engine.jobs.get(run.jobId).phase === 'streaming');
    night.clock.advance(600);
    run.done('first', {
      model: 'demo-1',
      usage: { inputTokens: 12, outputTokens: 34, reasoningTokens: 5, estimated: true },
    });
    await night.reaches(run.jobId, 'completed');
    expect(messageWith(night, conversation, 'first')).toMatchObject({
      parentId: question.id,
      meta: {
        agentName: expect.any(String),
        model: 'demo-1',
        inputTokens: 12,
        outputTokens: 34,
        reasoningTokens: 5,
        estimated: true,
        firstTokenMs: 400,
        durationMs: 1_000,
        attempt: 1,
        finishReason: 'stop',
      },
    });
  });
});

describe('a question to several agents', () => {
  it('is answered by all at once; the next one waits for all, and each is told who said what', async () => {
    await using night = await startEngine();
    const { conversation, names } = await channel(night, ['Ada', 'Bo']);
    const question = await night.say(conversation, '@Ada @Bo one?');
    expect(question.jobs).toHaveLength(2);
    const runs = [await nextAnswer(night), await nextAnswer(night)];
    expect(runs.map(asked)).toEqual([['user: @Ada @Bo one?'], ['user: @Ada @Bo one?']]);
    const next = await night.say(conversation, '@Bo two?');
    expect(next.jobs.map(({ state }) => state)).toEqual(['blocked']);
    const name = (run: (typeof runs)[number]): string =>
      names.get(night.engine.jobs.get(run.jobId).agentId ?? '') ?? '';
    const [ada, bo] = runs.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
    bo?.done('from Bo');
    await night.until(() => shownTexts(night, conversation).includes('from Bo'));
    expect(night.engine.jobs.get(jobOf(night, next.id)).state, 'one is not all').toBe('blocked');
    ada?.done('from Ada');
    const run = await nextAnswer(night);
    expect(asked(run)).toEqual(['user: @Ada @Bo one?\n\nAda: from Ada', 'assistant: from Bo', 'user: @Bo two?']);
    expect(shownTexts(night, conversation), 'in the order in which they were asked').toEqual([
      '@Ada @Bo one?',
      'from Ada',
      'from Bo',
      '@Bo two?',
    ]);
    // A new version stays in the place of its agent.
    await regenerate(night, messageWith(night, conversation, 'from Ada').id);
    (await nextAnswer(night)).done('from Ada again');
    await night.until(() => shownTexts(night, conversation).includes('from Ada again'));
    expect(shownTexts(night, conversation).slice(1, 3)).toEqual(['from Ada again', 'from Bo']);
    expect(shown(night, conversation).map(({ versions }) => versions.length)).toEqual([1, 2, 1, 1]);
  });
});

async function channel(
  night: TestEngine,
  names: readonly string[],
): Promise<{ conversation: ConversationId; names: Map<string, string> }> {
  const agents = await Promise.all(
    names.map((name) =>
      night.engine.agents.create({
        requestId: newRequestId(),
        agent: AgentSpec.parse({ name, model: 'demo/demo' }),
      }),
    ),
  );
  const project = await night.engine.projects.create({ requestId: newRequestId(), name: 'A project' });
  const { id } = await night.engine.projects.createChannel({
    requestId: newRequestId(),
    projectId: project.id,
    title: 'general',
    agentIds: agents.map((agent) => agent.id),
    leadId: agents[0]?.id ?? ('' as AgentId),
  });
  return { conversation: id, names: new Map(agents.map((agent) => [agent.id, agent.name])) };
}
