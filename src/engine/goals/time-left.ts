/** How long a goal will still take, from the times that its tasks took so far. */
import type { TaskState } from '../../protocol/goals.ts';

export interface TimedTask {
  readonly id: string;
  readonly dependsOn: readonly string[];
  readonly state: TaskState;
  /** Since when it is under way; null: it is not. Epoch ms. */
  readonly startedAt: number | null;
}

/** Nothing is said of a task that has been under way for longer than any before it, but that this part of the mean is left. */
const overdueShare = 0.25;

/**
 * In milliseconds; null when nothing was measured yet, or nothing is left. Plays through what is to come: each task takes the
 * mean of `measuredMs`, starts when what it depends on is done and one of `parallel` places is free. Waiting for a person is
 * not counted, nor is what has not been thought of yet: sub-tasks, results that are sent back.
 */
export function timeLeft(
  tasks: readonly TimedTask[],
  measuredMs: readonly number[],
  parallel: number,
  now: number,
): number | null {
  const open = tasks.filter(({ state }) => isOpen(state));
  if (measuredMs.length === 0 || open.length === 0) return null;
  const mean = meanOf(measuredMs);
  const lengths = new Map(open.map((task) => [task.id, leftOf(task, measuredMs, mean, now)]));
  return Math.round(playedThrough(open, lengths, Math.max(1, Math.floor(parallel))));
}

function isOpen(state: TaskState): boolean {
  return state !== 'accepted' && state !== 'skipped' && state !== 'cancelled' && state !== 'failed';
}

function isUnderWay({ state }: TimedTask): boolean {
  return state === 'working' || state === 'inReview' || state === 'sentBack';
}

/** Of one that is under way: what those that took longer than it has so far had left then. */
function leftOf(task: TimedTask, measuredMs: readonly number[], mean: number, now: number): number {
  if (!isUnderWay(task) || task.startedAt === null) return mean;
  const elapsed = Math.max(0, now - task.startedAt);
  const longer = measuredMs.filter((ms) => ms > elapsed);
  return longer.length === 0 ? mean * overdueShare : meanOf(longer) - elapsed;
}

/** Tasks under way keep their places; then those that wait, in their order. */
function playedThrough(open: readonly TimedTask[], lengths: ReadonlyMap<string, number>, parallel: number): number {
  const waitsFor = new Map<string, number>();
  const dependants = new Map<string, string[]>();
  for (const { id, dependsOn } of open) {
    const others = [...new Set(dependsOn)].filter((other) => lengths.has(other));
    waitsFor.set(id, others.length);
    for (const other of others) {
      const known = dependants.get(other);
      if (known === undefined) dependants.set(other, [id]);
      else known.push(id);
    }
  }
  const inOrder = [...open.filter(isUnderWay), ...open.filter((task) => !isUnderWay(task))];
  const ready = inOrder.map(({ id }) => id).filter((id) => waitsFor.get(id) === 0);
  const running = new Map<string, number>();
  let at = 0;
  for (let next = 0; ;) {
    for (; next < ready.length && running.size < parallel; next += 1) {
      const id = ready[next] ?? '';
      running.set(id, at + (lengths.get(id) ?? 0));
    }
    if (running.size === 0) return at;
    at = Math.min(...running.values());
    for (const [id, endsAt] of running) {
      if (endsAt > at) continue;
      running.delete(id);
      for (const dependant of dependants.get(id) ?? []) {
        const count = (waitsFor.get(dependant) ?? 0) - 1;
        waitsFor.set(dependant, count);
        if (count === 0) ready.push(dependant);
      }
    }
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
