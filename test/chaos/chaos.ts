/**
 * One run: the planned load on a real host with real processes and a raw model server, the planned kills, then the rest
 * without kills until every job is at rest, and the count. What a failing run leaves behind is kept.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobId } from '../../src/protocol/ids.ts';
import { rowsOf } from '../support/chat.ts';
import { audit, type Counts } from './audit.ts';
import { HostChain } from './host-chain.ts';
import { type Call, startJournalingModel } from './journal.ts';
import { Killer } from './killer.ts';
import { Load } from './load.ts';
import { makePlan, type At, type PlanSize } from './plan.ts';
import { longestGapMs } from './recovery.ts';

export interface ChaosReport {
  readonly seed: number;
  /** What must not be; empty for a run that shows what it should. */
  readonly faults: readonly string[];
  readonly counts: Counts | null;
  readonly requests: Readonly<Record<Call['outcome'], number>>;
  readonly workerKills: Readonly<Record<string, number>>;
  readonly busyKills: number;
  readonly quarantineKills: number;
  readonly hostKills: number;
  /** Jobs that a user had to retry by hand: given up as poison after the run had killed their worker again and again. */
  readonly retriedByHand: number;
  /** From a kill of the host to the next one's link: the longest and the median. */
  readonly longestRestartMs: number;
  readonly medianRestartMs: number;
  /** From a cut answer to the next request for it: the longest, waiting in line and for quarantine included. */
  readonly longestRecoveryMs: number;
  readonly tookMs: number;
  /** Where database, journal and log of a failing run are. */
  readonly kept: string | null;
}

/** After the last kill everything must come to rest within this time. */
const settleMs = 240_000;
const pool = { poolMin: 3, poolMax: 4, slotsPerWorker: 8 };

export async function runChaos(options: {
  seed: number;
  size: PlanSize;
  /** Where a failing run is kept. */
  artefacts: string;
  note?: (line: string) => void;
}): Promise<ChaosReport> {
  const { seed, size, note = () => undefined } = options;
  const startedAt = performance.now();
  const plan = makePlan(seed, size);
  const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-chaos-'));
  await using model = await startJournalingModel();
  const chain = new HostChain(dataDir, model.env);
  const load = new Load(chain);
  const killer = new Killer(chain);
  const faults: string[] = [];
  let counts: Counts | null = null;
  let byHand: Settled = { retried: 0, faults: [] };

  try {
    await chain.start('chaos');
    await chain.call(({ client }) => client.settings.update.mutate(pool));
    const beganAt = performance.now();
    await Promise.all([
      inTime(plan.deeds, beganAt, async (deed) => load.begin(deed)),
      inTime(plan.kills, beganAt, (kill) => killer.carryOut(kill)),
    ]);
    note(`the plan is carried out after ${seconds(performance.now() - beganAt)} s; waiting for what is open`);
    await load.acknowledged();
    byHand = await settle(chain, load);
    faults.push(...byHand.faults);
    await killer.done();
    faults.push(...(await leftSlots(chain)));
    await chain.end();
    faults.push(...chain.faults);
    const audited = audit(dataDir, load, model.calls);
    counts = audited.counts;
    faults.push(...audited.faults);
    if (model.openSockets > 0) faults.push(`${model.openSockets} connections to the model are open at the end`);
    if (killer.count !== size.workerKills) faults.push(`${killer.count} workers were killed, not ${size.workerKills}`);
  } catch (error) {
    faults.push(`the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    await chain.close();
  }

  let kept: string | null = null;
  if (faults.length > 0) {
    kept = join(options.artefacts, `seed-${seed}-${Date.now()}`);
    mkdirSync(kept, { recursive: true });
    cpSync(dataDir, join(kept, 'data'), { recursive: true });
    writeFileSync(join(kept, 'journal.json'), JSON.stringify(model.calls));
    writeFileSync(join(kept, 'accepted.json'), JSON.stringify([...load.accepted.values()]));
    writeFileSync(join(kept, 'host.log'), chain.log);
    writeFileSync(join(kept, 'faults.txt'), `${faults.join('\n')}\n`);
  }
  rmSync(dataDir, { recursive: true, force: true });
  const restarts = chain.restartsMs.toSorted((one, other) => one - other);
  return {
    seed,
    faults,
    counts,
    requests: outcomes(model.calls),
    workerKills: Object.fromEntries(killer.workerKills),
    busyKills: killer.busyKills,
    quarantineKills: killer.quarantineKills,
    hostKills: killer.hostKills,
    retriedByHand: byHand.retried,
    longestRestartMs: restarts.at(-1) ?? 0,
    medianRestartMs: restarts[Math.floor(restarts.length / 2)] ?? 0,
    longestRecoveryMs: longestGapMs(model.calls),
    tookMs: performance.now() - startedAt,
    kept,
  };
}

/** Each in its time, one after the other; late ones at once. */
async function inTime<T>(list: readonly At<T>[], beganAt: number, act: (what: T) => Promise<void>): Promise<void> {
  for (const { atMs, what } of list) {
    const waitMs = beganAt + atMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    await act(what);
  }
}

interface Settled {
  readonly retried: number;
  readonly faults: readonly string[];
}

/**
 * Waits until every job is at rest, and does what a user would: a question whose job was given up as poison, because this
 * run had killed its workers, is retried. A question that failed for any other reason is a fault.
 */
async function settle(chain: HostChain, load: Load): Promise<Settled> {
  const questions = new Set<JobId>();
  for (const { jobId, conversation } of load.accepted.values()) if (conversation !== null) questions.add(jobId);
  const giveUpAt = performance.now() + settleMs;
  const faults: string[] = [];
  let retried = 0;
  for (;;) {
    const open = rowsOf(
      chain.dataDir,
      "SELECT id, state, open_dependencies FROM llm_jobs WHERE state NOT IN ('completed', 'failed', 'cancelled')",
    );
    const failed = rowsOf(
      chain.dataDir,
      "SELECT id, failure, json_extract(failure, '$.code') AS code FROM llm_jobs WHERE state = 'failed'",
    ) as { id: JobId; failure: string; code: string }[];
    const again = failed.filter(({ id }) => questions.has(id));
    if (open.length === 0 && again.length === 0) return { retried, faults };
    if (performance.now() > giveUpAt) {
      throw new Error(`not at rest after ${settleMs} ms: ${JSON.stringify([...open, ...again].slice(0, 20))}`);
    }
    for (const { id, code, failure } of again) {
      if (code !== 'poison') faults.push(`question ${id} failed: ${failure}`);
      await chain.call(({ client }) => client.jobs.retry.mutate({ id }));
    }
    retried += again.length;
    await sleep(200);
  }
}

/** With nothing to do no slot is in use: in the engine's books, and as the workers themselves report. */
async function leftSlots(chain: HostChain): Promise<string[]> {
  const giveUpAt = performance.now() + 10_000;
  for (;;) {
    const { slotsUsed, workers } = await chain.call(({ client }) => client.pool.get.query());
    const used = workers.filter((worker) => worker.slotsUsed > 0 || (worker.stats?.slotsUsed ?? 0) > 0);
    if (slotsUsed === 0 && used.length === 0) return [];
    if (performance.now() > giveUpAt) return [`leaked slots: ${slotsUsed} in use; ${JSON.stringify(used)}`];
    await sleep(200);
  }
}

function outcomes(calls: readonly Call[]): Record<Call['outcome'], number> {
  const counts = { open: 0, whole: 0, refused: 0, broken: 0, cut: 0 };
  for (const { outcome } of calls) counts[outcome] += 1;
  return counts;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
