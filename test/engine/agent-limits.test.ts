/** What an agent may use in a day: its jobs wait at the limit, nobody else's do, and they go on at midnight or when it is raised. */
import { describe, expect, it } from 'vitest';
import { dayOf } from '../../src/engine/agent-limits.ts';
import { AgentSpec } from '../../src/protocol/agents.ts';
import type { AgentId, JobId } from '../../src/protocol/ids.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';

const dayMs = 86_400_000;
const wide = { settings: { slotsPerWorker: 8 } };

async function agent(night: TestEngine, limits: Partial<AgentSpec>): Promise<AgentId> {
  const spec = AgentSpec.parse({ name: 'Limited', model: 'demo/demo', ...limits });
  return (await night.engine.agents.create({ requestId: newRequestId(), agent: spec })).id;
}

const states = (night: TestEngine, ids: readonly JobId[]) => ids.map((id) => night.engine.jobs.get(id).state);
const usage = (inputTokens: number, outputTokens: number) => ({ inputTokens, outputTokens, estimated: false });

/** One job of the agent that takes so many tokens. */
async function uses(night: TestEngine, agentId: AgentId, tokens: number): Promise<void> {
  const { id } = await night.enqueue({ agentId, params: { maxOutputTokens: 1 } });
  (await night.workers.nextRun()).done('an answer', { usage: usage(tokens - 1, 1) });
  await night.reaches(id, 'completed');
}

describe('tokens per day', () => {
  it('at the limit the next jobs wait, and say why, of which kind and until when', async () => {
    await using night = await startEngine(wide);
    const agentId = await agent(night, { tokensPerDay: 1_000 });
    await uses(night, agentId, 999);
    expect(night.engine.agents.get(agentId).today).toMatchObject({ tokens: 999, reached: null });
    await uses(night, agentId, 1);
    const { id } = await night.enqueue({ agentId });
    await night.pass(500);
    expect(night.engine.jobs.get(id)).toMatchObject({
      state: 'waiting',
      heldUp: null,
      heldUpBy: "The agent's limit of 1,000 tokens a day is reached. Raise it, or wait until midnight.",
      heldUpUntil: dayOf(night.clock.now()).until,
      agentLimit: { agentId, kind: 'tokens', limit: 1_000 },
    });
    expect(night.engine.agents.get(agentId).today).toMatchObject({ tokens: 1_000, reached: 'tokens' });
  });

  it('what is under way counts with the most that it may take, and with what it took when it has ended', async () => {
    await using night = await startEngine(wide);
    const agentId = await agent(night, { tokensPerDay: 1_000 });
    const ids = await night.enqueueMany(
      Array.from({ length: 3 }, () => ({ agentId, params: { maxOutputTokens: 600 } })),
    );
    const first = await night.workers.nextRun();
    const second = await night.workers.nextRun();
    await night.pass(500);
    expect(states(night, ids)).toEqual(['active', 'active', 'waiting']);
    first.done('short', { usage: usage(10, 10) });
    second.done('short', { usage: usage(10, 10) });
    await night.reaches(ids[2] ?? ('' as JobId), 'active');
  });

  it('an attempt that fails gives back what was estimated of it', async () => {
    await using night = await startEngine(wide);
    const agentId = await agent(night, { tokensPerDay: 100 });
    const [first, second] = await night.enqueueMany([
      { agentId, maxAttempts: 1 },
      { agentId, maxAttempts: 1 },
    ]);
    const run = await night.workers.nextRun();
    await night.pass(200);
    expect(states(night, [second ?? ('' as JobId)])).toEqual(['waiting']);
    run.fail({ class: 'rejected', code: 'bad-request', message: 'no' });
    await night.reaches(first ?? ('' as JobId), 'failed');
    await night.reaches(second ?? ('' as JobId), 'active');
  });

  it('goes on by itself at midnight, and when the limit is raised or taken away', async () => {
    await using night = await startEngine(wide);
    const agentId = await agent(night, { tokensPerDay: 100 });
    await uses(night, agentId, 100);
    const held = await night.enqueueMany([{ agentId }, { agentId }]);
    await night.pass(500);
    expect(states(night, held)).toEqual(['waiting', 'waiting']);
    await night.engine.agents.update({ id: agentId, agent: { tokensPerDay: 101 } });
    await night.until(() => states(night, held).includes('active'));
    expect(states(night, held).toSorted()).toEqual(['active', 'waiting']);
    await night.engine.agents.update({ id: agentId, agent: { tokensPerDay: null } });
    await night.until(() => states(night, held).every((state) => state === 'active'));

    await night.engine.agents.update({ id: agentId, agent: { tokensPerDay: 50 } });
    const { id } = await night.enqueue({ agentId });
    for (const _ of held) (await night.workers.nextRun()).done('an answer');
    await night.pass(500);
    expect(night.engine.jobs.get(id).state).toBe('waiting');
    // The clock leaps past midnight, as it does for a machine that slept.
    night.clock.set(dayOf(night.clock.now()).until - night.clock.now() + 1_000);
    await night.pass(300);
    await night.reaches(id, 'active');
    expect(night.engine.agents.get(agentId).today).toMatchObject({ tokens: 0, until: dayOf(night.clock.now()).until });
  });

  it('a start reads the sums of today, and of no other day', async () => {
    const first = await startEngine(wide);
    const agentId = await agent(first, { tokensPerDay: 100 });
    await uses(first, agentId, 70);
    const rows = first.store.settings.usageSince(0);
    const now = first.clock.now();
    await first[Symbol.asyncDispose]();
    await using night = await startEngine({
      prepare: (store) => {
        for (const row of rows) store.settings.recordUsage(row);
        for (const row of rows) store.settings.recordUsage({ ...row, attempt: 9, at: dayOf(now).from - 1 });
      },
    });
    expect(night.store.settings.usageOfAgents(dayOf(now).from)).toEqual([{ agentId, tokens: 70, costMicros: 0 }]);
  });
});

it('spend per day counts what the prices of the models make of the tokens; without a price nothing', async () => {
  await using night = await startEngine(wide);
  const agentId = await agent(night, { spendPerDay: 50 });
  await uses(night, agentId, 1_000);
  expect(night.engine.agents.get(agentId).today).toMatchObject({ costMicros: 0, reached: null });
  const edit = { id: 'demo', inputPrice: 40_000, outputPrice: 1_000_000 };
  await night.engine.providers.editModel('demo', edit);
  await uses(night, agentId, 1_001);
  const { id } = await night.enqueue({ agentId, params: { maxOutputTokens: 1 } });
  // 1,000 tokens in at $0.04 a million and one out at $1 a million.
  expect(night.engine.agents.get(agentId).today.costMicros).toBe(41);
  (await night.workers.nextRun()).done('an answer', { usage: usage(200, 2) });
  await night.reaches(id, 'completed');
  const held = await night.enqueue({ agentId });
  await night.pass(300);
  expect(night.engine.jobs.get(held.id)).toMatchObject({
    state: 'waiting',
    heldUpBy: "The agent's limit of $0.00005 a day is reached. Raise it, or wait until midnight.",
    agentLimit: { kind: 'spend', limit: 50 },
  });
});

describe('an agent at its limit stands in nobody’s way', () => {
  it('10,000 of its jobs in front: others of the same lane and provider start at once, in their order', async () => {
    await using night = await startEngine(wide);
    const capped = await agent(night, { tokensPerDay: 10 });
    const other = await agent(night, { name: 'Other' });
    await uses(night, capped, 10);
    const held = await night.enqueueMany(Array.from({ length: 10_000 }, () => ({ agentId: capped, group: 'first' })));
    const ofOther = await night.enqueue({ agentId: other, group: 'first' });
    const ofNone = await night.enqueue({ group: 'first' });
    const low = await night.enqueue({ agentId: other, lane: 'low' });
    const runs = [await night.workers.nextRun(), await night.workers.nextRun(), await night.workers.nextRun()];
    expect(runs.map(({ jobId }) => jobId)).toEqual([ofOther.id, ofNone.id, low.id]);
    await night.pass(300);
    expect(new Set(states(night, held.slice(0, 50)))).toEqual(new Set(['waiting']));
    // They are not work that more workers could do, and nobody's place in line counts them.
    const next = await night.enqueueMany(Array.from({ length: 9 }, () => ({ group: 'first' })));
    const places = next.map((id) => night.engine.jobs.get(id).place).filter((place) => place !== null);
    expect(Math.max(...places)).toBeLessThan(9);
  });

  it('an offer costs the same whether 10 or 10,000 of its jobs are in front', async () => {
    const took = async (count: number): Promise<number> => {
      const statements: string[] = [];
      await using night = await startEngine({ settings: { slotsPerWorker: 1 } });
      const capped = await agent(night, { tokensPerDay: 10 });
      await uses(night, capped, 10);
      await night.enqueueMany(Array.from({ length: count }, () => ({ agentId: capped })));
      await night.pass(200);
      const { nextWaiting } = night.store.jobs;
      let rows = 0;
      night.store.jobs.nextWaiting = (...line) => {
        const jobs = nextWaiting(...line);
        statements.push(String(line[2]));
        rows += jobs.length;
        return jobs;
      };
      await night.enqueue({});
      await night.workers.nextRun();
      night.store.jobs.nextWaiting = nextWaiting;
      expect(statements).not.toContain(capped);
      return rows;
    };
    expect(await took(10_000)).toBe(await took(10));
  });

  it('its suspects wait too, and start no worker of their own', async () => {
    await using night = await startEngine(wide);
    const agentId = await agent(night, { tokensPerDay: 10 });
    await uses(night, agentId, 10);
    const { id } = await night.enqueue({ agentId });
    const row = night.store.jobs.get(id);
    expect(row?.agentId).toBe(agentId);
    expect(night.store.jobs.quarantinedWaiting('high', 'demo', [agentId], 10)).toBe(0);
  });

  it('a turn that fails leaves neither sums nor lines behind', async () => {
    let fail = false;
    await using night = await startEngine({
      ...wide,
      onTurnStep: (step) => {
        if (step !== 'ran' || !fail) return;
        fail = false;
        throw new Error('cut off');
      },
    });
    const agentId = await agent(night, { tokensPerDay: 100 });
    const { id } = await night.enqueue({ agentId });
    const run = await night.workers.nextRun();
    // Two inputs in one turn: it fails, and each runs again by itself.
    const inOneTurn = async (work: () => void) => {
      fail = true;
      work();
      await night.engine.settings.update({});
      expect(fail).toBe(false);
    };
    await inOneTurn(() => run.done('an answer', { usage: usage(30, 30) }));
    await night.reaches(id, 'completed');
    expect(night.engine.agents.get(agentId).today.tokens).toBe(60);
    const again = await night.enqueue({ agentId });
    const next = await night.workers.nextRun();
    await inOneTurn(() => next.done('an answer', { usage: usage(30, 30) }));
    await night.reaches(again.id, 'completed');
    expect(night.engine.agents.get(agentId).today).toMatchObject({ tokens: 120, reached: 'tokens' });
  });
});

it('a day goes from midnight to midnight, also where the clocks change', () => {
  for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += dayMs / 3) {
    const { from, until } = dayOf(at);
    expect(from).toBeLessThanOrEqual(at);
    expect(until).toBeGreaterThan(at);
    expect(new Date(from).getHours()).toBe(0);
    expect(dayOf(until).from).toBe(until);
    expect(until - from).toBeGreaterThanOrEqual(dayMs - 3_600_000);
  }
});
