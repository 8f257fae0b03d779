/** An agent may name other models: they answer when its provider is in trouble for too long, and the answer says so. */
import { describe, expect, it } from 'vitest';
import type { ConversationId, JobId } from '../../src/protocol/ids.ts';
import { CreateAgent, UpdateAgent } from '../../src/protocol/agents.ts';
import type { Failure } from '../../src/protocol/job.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';

const down = (retryAfterMs: number): Failure => ({
  class: 'provider-down',
  code: 'rate-limited',
  message: 'Slow down.',
  retryAfterMs,
});

/** An agent of the provider `main`, with the demo as its fallback. */
async function withFallback(night: TestEngine, agent: object = {}): Promise<ConversationId> {
  for (const id of ['main', 'second']) {
    const baseUrl = 'http://127.0.0.1:9/v1';
    await night.engine.providers.set({ id, kind: 'openai-compatible', baseUrl });
  }
  const spec = { name: 'A', model: 'main/large', fallbacks: ['second/middle', 'demo/demo'], ...agent };
  const { id } = await night.engine.agents.create(CreateAgent.parse({ requestId: newRequestId(), agent: spec }));
  return (await night.engine.conversations.create({ requestId: newRequestId(), agentId: id })).id;
}

async function ask(night: TestEngine, conversationId: ConversationId): Promise<JobId> {
  return (await night.say(conversationId, 'a question')).jobId ?? ('' as JobId);
}

describe('a provider that is in trouble', () => {
  it('for longer than the agent waits: the next model answers, and the job says which one', async () => {
    await using night = await startEngine();
    const conversation = await withFallback(night);
    const id = await ask(night, conversation);
    (await night.workers.nextRun()).fail(down(3_600_000));
    await night.pass(200);
    const run = await night.workers.nextRun();
    expect(run.request.model).toBe('middle');
    expect(night.engine.jobs.get(id)).toMatchObject({
      provider: 'second',
      model: 'main/large',
      fallbackModel: 'second/middle',
      attemptsMade: 0,
    });
    run.done('in its place', { model: 'middle-2026' });
    const done = await night.reaches(id, 'completed');
    expect(done.result?.model).toBe('middle-2026');
    const timeline = night.engine.jobs.events(id, 20);
    expect(timeline.map(({ event }) => event)).toEqual(['CLAIM', 'FAIL', 'FALL_BACK', 'CLAIM', 'COMPLETE']);
    expect(timeline[2]?.detail).toEqual({ provider: 'second', model: 'second/middle' });
  });

  it('goes on to the one after, and back to the first when that is well again', async () => {
    await using night = await startEngine();
    const conversation = await withFallback(night);
    const id = await ask(night, conversation);
    (await night.workers.nextRun()).fail(down(3_600_000));
    await night.pass(200);
    (await night.workers.nextRun()).fail({ class: 'misconfigured', code: 'unauthorized', message: 'No.' });
    await night.reaches(id, 'failed');
    await night.engine.jobs.send(id, 'RETRY');
    await night.pass(200);
    const third = await night.workers.nextRun();
    expect(third.request.model).toBe('demo');
    third.fail(down(3_600_000));
    await night.reaches(id, 'waiting');
    await night.engine.providers.set({ id: 'main', kind: 'openai-compatible' });
    await night.pass(200);
    expect((await night.workers.nextRun()).request.model).toBe('large');
    expect(night.engine.jobs.get(id)).toMatchObject({ provider: 'main', fallbackModel: null });
  });

  it('for a short pause only: the job waits for it, as long as the agent says', async () => {
    await using night = await startEngine();
    const conversation = await withFallback(night, { fallbackAfterMs: 60_000 });
    const id = await ask(night, conversation);
    (await night.workers.nextRun()).fail(down(10_000));
    await night.pass(5_000);
    expect(night.engine.jobs.get(id)).toMatchObject({ state: 'waiting', provider: 'main', fallbackModel: null });
    await night.pass(8_000);
    expect((await night.workers.nextRun()).request.model).toBe('large');
  });

  it('never moves a job while it runs, nor one whose model was chosen for it, and counts each where it is', async () => {
    // A title would be one job more in the counts.
    await using night = await startEngine({ settings: { writeTitles: false } });
    const conversation = await withFallback(night);
    const other = (await night.engine.conversations.create({ requestId: newRequestId() })).id;
    const running = await ask(night, conversation);
    const run = await night.workers.nextRun();
    const chosen = await night.engine.conversations.send({
      requestId: newRequestId(),
      conversationId: other,
      text: 'a question',
      model: 'main/large',
    });
    (await night.workers.nextRun()).fail(down(3_600_000));
    await night.pass(120_000);
    expect(night.engine.jobs.get(running)).toMatchObject({ state: 'active', provider: 'main' });
    expect(night.engine.jobs.get(chosen.jobId ?? running)).toMatchObject({ state: 'waiting', provider: 'main' });
    run.done();
    await night.reaches(running, 'completed');
    const counts = night.store.log.counts().filter(({ count }) => count !== 0);
    expect(counts).toEqual([
      { lane: 'high', state: 'completed', provider: 'main', count: 1 },
      { lane: 'high', state: 'waiting', provider: 'main', count: 1 },
    ]);
  });

  it('moves a whole line of jobs, however long', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 2 } });
    const first = await withFallback(night);
    const { agentId } = night.engine.conversations.get(first);
    await ask(night, first);
    const run = await night.workers.nextRun();
    const ids: JobId[] = [];
    for (let n = 0; n < 150; n += 1) {
      const { id } = await night.engine.conversations.create({ requestId: newRequestId(), agentId });
      ids.push(await ask(night, id));
    }
    night.workers.onRun = (one) => queueMicrotask(() => one.done());
    run.fail(down(3_600_000));
    for (let n = 0; n < 10; n += 1) await night.pass(100);
    await night.until(() => ids.slice(1).every((id) => night.engine.jobs.get(id).state === 'completed'));
    const models = new Set(ids.slice(1).map((id) => night.engine.jobs.get(id).fallbackModel));
    expect(models).toEqual(new Set(['second/middle']));
  });
});

it('a row that cannot be read keeps no other from being moved', async () => {
  await using night = await startEngine();
  const conversation = await withFallback(night);
  const damaged = await ask(night, conversation);
  (await night.workers.nextRun()).fail(down(20_000));
  await night.reaches(damaged, 'waiting');
  night.store.sqlite.prepare("UPDATE llm_jobs SET failure = '{' WHERE id = ?").run(damaged);
  const { agentId } = night.engine.conversations.get(conversation);
  const other = (await night.engine.conversations.create({ requestId: newRequestId(), agentId })).id;
  const moved = await ask(night, other);
  await night.pass(30_001);
  await night.pass(200);
  const timeline = night.engine.jobs.events(moved, 10).map(({ event }) => event);
  expect(timeline[0], 'the pause is over, or it was moved: it is not stuck').toMatch(/FALL_BACK|CLAIM/u);
});

it('an agent is refused a fallback at a provider that is not there, and keeps what an update does not name', async () => {
  await using night = await startEngine();
  const agent = { name: 'A', model: 'demo/demo', systemPrompt: 'Be kind.', lane: 'medium', fallbackAfterMs: 5 };
  const create = (more: object) =>
    night.engine.agents.create(CreateAgent.parse({ requestId: newRequestId(), agent: { ...agent, ...more } }));
  await expect(create({ fallbacks: ['nowhere/x'] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  const { id } = await create({});
  await night.engine.agents.update(UpdateAgent.parse({ id, agent: { name: 'B' } }));
  expect(night.engine.agents.get(id)).toMatchObject({ ...agent, name: 'B' });
});
