/**
 * Goals of 30 tasks on the real host, while its workers and the host itself are killed at calls that the seed names; then the
 * count. One goal for each seed, one after the other in one data folder.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GoalId } from '../../../src/protocol/ids.ts';
import { HostChain } from '../host-chain.ts';
import { signalTo } from '../process-group.ts';
import { seeded } from '../seeded.ts';
import { auditGoal } from './goal-audit.ts';
import { startGoalModel, type GoalModel } from './goal-journal.ts';
import { callCount, planRun, type GoalRun, type PlannedKill } from './goal-plan.ts';

export interface GoalChaosReport {
  readonly goals: number;
  readonly workerKills: number;
  readonly hostKills: number;
  /** Requests to the model; without a death it is 62 for each goal. */
  readonly calls: number;
  /** Answers that a death has cut. */
  readonly cut: number;
  /** What must not be, each with its seed; empty for a run that shows what it should. */
  readonly faults: readonly string[];
  readonly tookMs: number;
  /** Where database, journal and log of a failing run are. */
  readonly kept: string | null;
}

const goalLimitMs = 90_000;
/** How long a kill looks for a worker that is alive. */
const searchMs = 10_000;
const pool = { poolMin: 2, poolMax: 2, slotsPerWorker: 4 };

export async function runGoalChaos(options: {
  seeds: readonly number[];
  artefacts: string;
  note?: (line: string) => void;
}): Promise<GoalChaosReport> {
  const { seeds, note = () => undefined } = options;
  const startedAt = performance.now();
  const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-goals-'));
  await using model = await startGoalModel();
  const chain = new HostChain(dataDir, model.env);
  const faults: string[] = [];
  const totals = { goals: 0, workerKills: 0, hostKills: 0, calls: 0, cut: 0 };
  let kept: string | null = null;
  try {
    await chain.start('built');
    await chain.call(({ client }) => client.settings.update.mutate(pool));
    for (const seed of seeds) {
      const before = performance.now();
      const done = await oneGoal(chain, model, seed);
      for (const fault of done.faults) faults.push(`seed ${seed}: ${fault}`);
      totals.goals += 1;
      totals.workerKills += done.workerKills;
      totals.hostKills += done.hostKills;
      totals.calls += model.calls.length;
      totals.cut += model.calls.filter(({ outcome }) => outcome === 'cut').length;
      note(
        `seed ${seed}: ${done.workerKills} workers and ${done.hostKills} hosts killed, ${model.calls.length} calls, ` +
          `${((performance.now() - before) / 1_000).toFixed(1)} s${done.faults.length === 0 ? '' : `, ${done.faults.length} faults`}`,
      );
      if (done.faults.length > 0) break;
    }
    await chain.end();
    faults.push(...chain.faults);
  } catch (error) {
    faults.push(`the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    await chain.close();
  }
  if (faults.length > 0) {
    kept = join(options.artefacts, `goals-${seeds[totals.goals - 1] ?? 'start'}-${Date.now()}`);
    mkdirSync(kept, { recursive: true });
    cpSync(dataDir, join(kept, 'data'), { recursive: true });
    writeFileSync(join(kept, 'journal.json'), JSON.stringify(model.calls));
    writeFileSync(join(kept, 'host.log'), chain.log);
    writeFileSync(join(kept, 'faults.txt'), `${faults.join('\n')}\n`);
  }
  rmSync(dataDir, { recursive: true, force: true });
  return { ...totals, faults, tookMs: performance.now() - startedAt, kept };
}

interface OneGoal {
  readonly workerKills: number;
  readonly hostKills: number;
  readonly faults: readonly string[];
}

async function oneGoal(chain: HostChain, model: GoalModel, seed: number): Promise<OneGoal> {
  const [agent] = await chain.call(({ client }) => client.agents.list.query());
  const run = planRun(seed, agent?.name ?? '');
  const killing = killAtCalls(chain, model, run);
  model.play(run);
  const { id: conversationId } = await chain.call(({ client }) =>
    client.conversations.create.mutate({ requestId: `goal-conversation-${seed}` }),
  );
  const { id } = await chain.call(({ client }) =>
    client.goals.start.mutate({
      requestId: `goal-of-seed-${seed}`,
      conversationId,
      text: 'Write it all.',
      options: { automatic: true },
    }),
  );
  await atRest(chain, id);
  const killed = await killing.done();
  const kills = killed.workerKills + killed.hostKills;
  const { workerKills, hostKills } = killed;
  if (kills < run.kills.length)
    return { ...killed, faults: [`${kills} of ${run.kills.length} kills were carried out`] };
  return { workerKills, hostKills, faults: auditGoal(chain.dataDir, id, run, model.calls, kills) };
}

/** Resolves when it is delivered, failed or paused. */
async function atRest(chain: HostChain, id: GoalId): Promise<void> {
  const giveUpAt = performance.now() + goalLimitMs;
  for (;;) {
    const { goal } = await chain.call(({ client }) => client.goals.get.query({ id }));
    if (goal.state !== 'planning' && goal.state !== 'working' && goal.state !== 'delivering') return;
    if (performance.now() > giveUpAt) throw new Error(`not delivered in ${goalLimitMs} ms: ${JSON.stringify(goal)}`);
    await sleep(50);
  }
}

/** Each kill is carried out at its call; where another death has cut that one off before, at the next one that comes so far. */
function killAtCalls(
  chain: HostChain,
  model: GoalModel,
  { seed, kills }: GoalRun,
): { done(): Promise<{ workerKills: number; hostKills: number }> } {
  const { next } = seeded(seed + 1);
  const open = new Set(kills);
  const counts = { workerKills: 0, hostKills: 0 };
  const acts: Promise<void>[] = [];
  const carryOut = async ({ what }: PlannedKill): Promise<void> => {
    if (what === 'host') {
      await chain.replace('built');
      counts.hostKills += 1;
      return;
    }
    const giveUpAt = performance.now() + searchMs;
    while (performance.now() < giveUpAt) {
      const { workers } = await chain.call(({ client }) => client.pool.get.query());
      const alive = workers.flatMap(({ pid, slotsUsed }) => (pid === null ? [] : [{ pid, slotsUsed }]));
      const busy = alive.filter(({ slotsUsed }) => slotsUsed > 0);
      const among = busy.length > 0 ? busy : alive;
      const target = among[Math.floor(next() * among.length)];
      if (target !== undefined && signalTo(target.pid, 'SIGKILL')) {
        counts.workerKills += 1;
        return;
      }
      await sleep(20);
    }
  };
  model.onMoment = ({ serial }, moment) => {
    for (const kill of open) {
      if (serial < kill.call || (moment !== kill.moment && serial <= callCount)) continue;
      open.delete(kill);
      // One at a time: a host that dies is replaced before the next one can.
      const before = acts.at(-1) ?? Promise.resolve();
      acts.push(before.then(() => carryOut(kill)));
    }
  };
  return {
    async done() {
      model.onMoment = () => undefined;
      await Promise.all(acts);
      return counts;
    },
  };
}
