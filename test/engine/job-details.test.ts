/** What the job's page shows: attempts from events, the request as it is now, the graph around a job, what is left of one. */
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../src/protocol/job.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';

const flaky: Failure = {
  class: 'retryable',
  code: 'server-error',
  message: 'The server failed.',
  status: 500,
  providerMessage: 'oops',
  causes: ['socket hang up'],
};

async function answer(night: TestEngine, text: string): Promise<void> {
  (await night.workers.nextRun()).done(text);
}

describe('attempts', () => {
  it('tell who ran each, for how long, and how it ended', async () => {
    await using night = await startEngine();
    const { id } = await night.enqueue();
    const first = await night.workers.nextRun();
    await night.pass(1_000);
    first.delta({ kind: 'text', text: 'so far' });
    await night.until(() => night.engine.jobs.get(id).phase === 'streaming');
    await night.pass(500);
    first.fail(flaky);
    await night.reaches(id, 'delayed');
    await night.pass(10_000);
    (await night.workers.nextRun()).worker.crash('ended by SIGSEGV');
    await night.pass(1_000);
    const last = await night.workers.nextRun();
    const running = night.engine.jobDetails.get(id).attempts;
    expect(running[0]).toMatchObject({ attempt: 3, outcome: 'running', endedAt: null });
    await night.pass(2_000);
    last.done();
    await night.reaches(id, 'completed');

    const { attempts, failures } = night.engine.jobDetails.get(id);
    expect(attempts.map(({ attempt, outcome, next }) => ({ attempt, outcome, next }))).toEqual([
      { attempt: 3, outcome: 'completed', next: 'completed' },
      { attempt: 2, outcome: 'lost', next: 'waiting' },
      { attempt: 1, outcome: 'failed', next: 'delayed' },
    ]);
    const [third, second, one] = attempts;
    expect(one).toMatchObject({ workerId: 'worker:1', waitMs: 0, firstContentMs: 1_000, failure: flaky });
    expect((one?.endedAt ?? 0) - (one?.startedAt ?? 0)).toBe(1_500);
    expect(second).toMatchObject({ lost: 'worker-crashed', failure: null });
    expect((third?.endedAt ?? 0) - (third?.startedAt ?? 0)).toBe(2_000);
    expect(failures).toHaveLength(1);
  });

  it('of a provider that pauses, and of a user who stops, are called what they are', async () => {
    await using night = await startEngine();
    const { id } = await night.enqueue();
    (await night.workers.nextRun()).fail({ ...flaky, class: 'provider-down', code: 'rate-limited' });
    await night.reaches(id, 'waiting');
    await night.pass(60_000);
    await night.workers.nextRun();
    await night.engine.jobs.send(id, 'CANCEL');
    const { attempts } = night.engine.jobDetails.get(id);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['stopped', 'paused']);
    expect(attempts[0]?.waitMs).toBeGreaterThan(1_000);
  });
});

describe('the request of a job', () => {
  it('is shown as it would be sent now, and says when that is not what was sent', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    const jobOf = async (text: string): Promise<JobId> => {
      const { jobId } = await night.say(conversation, text);
      if (jobId === null) throw new Error('the message has no job');
      return jobId;
    };
    const first = await jobOf('Why is the sky dark at night?');
    const second = await jobOf('And by day?');
    expect(night.engine.jobDetails.request(second).since).toBe('not-sent');
    await answer(night, 'Olbers asked that too.');
    await night.reaches(first, 'completed');
    await answer(night, 'Rayleigh.');
    await night.reaches(second, 'completed');

    const request = night.engine.jobDetails.request(second);
    expect(request.messages.map(({ role, text }) => [role, text])).toEqual([
      ['user', 'Why is the sky dark at night?'],
      ['assistant', 'Olbers asked that too.'],
      ['user', 'And by day?'],
    ]);
    expect(request).toMatchObject({ model: 'demo', since: 'same', unlisted: 0, omittedMessages: 0 });

    const [agent] = night.engine.agents.list();
    if (agent === undefined) throw new Error('there is no agent');
    await night.engine.agents.update({ id: agent.id, agent: { systemPrompt: 'Answer as an owl.' } });
    const changed = night.engine.jobDetails.request(second);
    expect(changed).toMatchObject({ system: 'Answer as an owl.', since: 'changed' });
  });

  it('of a job outside conversations is the one that it was given; long texts are cut', async () => {
    await using night = await startEngine();
    const { id } = await night.enqueue({
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'x'.repeat(30_000) }],
    });
    await answer(night, 'yes');
    await night.reaches(id, 'completed');
    const { since, system, messages } = night.engine.jobDetails.request(id);
    expect({ since, system, chars: messages[0]?.text.length, cut: messages[0]?.cutChars }).toEqual({
      since: 'same',
      system: 'Be brief.',
      chars: 20_000,
      cut: 10_000,
    });
  });
});

describe('the graph around a job', () => {
  it('shows what it waits for and what waits for it, the nearest first, and counts the rest', async () => {
    await using night = await startEngine();
    const ids = await night.enqueueMany([
      { name: 'far' },
      { name: 'near', dependsOnIndex: [{ index: 0 }] },
      { name: 'root', dependsOnIndex: [{ index: 1, onFailure: 'hold' }] },
      ...Array.from({ length: 30 }, (_, i) => ({ name: `child ${i}`, dependsOnIndex: [{ index: 2 }] })),
    ]);
    const root = ids[2];
    if (root === undefined) throw new Error('nothing was enqueued');
    const whole = night.engine.jobDetails.graph({ id: root, limit: 200 });
    expect(whole.nodes).toHaveLength(33);
    expect(whole.nodes.slice(0, 2).map(({ name }) => name)).toEqual(['root', 'near']);
    expect(whole.nodes.every(({ moreAbove, moreBelow }) => moreAbove === 0 && moreBelow === 0)).toBe(true);
    expect(whole.edges).toHaveLength(32);
    expect(whole.edges).toContainEqual({ from: ids[1], to: root, onFailure: 'hold', state: 'open' });

    const part = night.engine.jobDetails.graph({ id: root, limit: 10 });
    expect(part.nodes).toHaveLength(10);
    expect(part.nodes[0]).toMatchObject({ id: root, moreAbove: 0, moreBelow: 22 });
    expect(part.nodes[1]).toMatchObject({ name: 'near', moreAbove: 1, moreBelow: 0 });
  });
});

describe('a job that is kept no longer', () => {
  it('has left what it took, and the message that it answered', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    const message = await night.say(conversation, 'Hello');
    await answer(night, 'Hi');
    const { jobId } = message;
    if (jobId === null) throw new Error('the message has no job');
    await night.reaches(jobId, 'completed');
    night.store.begin();
    night.store.retention.remove(jobId);
    night.store.commit();
    expect(() => night.engine.jobDetails.get(jobId)).toThrow(/There is no job/);
    const remains = night.engine.jobDetails.remains(jobId);
    expect(remains).toMatchObject({ conversationId: conversation, messageId: message.id });
    expect(remains.answers).toHaveLength(1);
  });
});
