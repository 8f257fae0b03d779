/** The time of a claim as the dispatcher makes it: the seek at each provider that may run, and the write of the row. */
import { openStore } from '../../db/open.ts';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import { migrationsFolder } from './bench-engine.ts';

const rounds = 40;
const claimsPerRound = 50;

/**
 * Microseconds of a claim, by round, without the commit, which would hide them: every round is rolled back. `providers` are
 * those that may run now.
 */
export function claimMicros(folder: string, providers: readonly string[]): number[] {
  const store = openStore({ folder, migrationsFolder });
  try {
    const times = Array.from({ length: rounds }, () => round(store, providers));
    // The first rounds compile the statements and bring the pages into memory.
    return times.slice(rounds / 4);
  } finally {
    store.close();
  }
}

function round(store: Store, providers: readonly string[]): number {
  const at = Date.now();
  store.begin();
  const startedAt = performance.now();
  for (let i = 0; i < claimsPerRound; i += 1) {
    const row = first(store, providers);
    const active = { state: 'active', phase: 'starting', waitingSince: null, processedBy: 'worker:1' } as const;
    const counted = { attemptsStarted: row.attemptsStarted + 1, version: row.version + 1 };
    store.jobs.write({ ...row, ...active, ...counted, processedOn: at, deadlineAt: at + 86_400_000 }, row.version);
  }
  const ms = performance.now() - startedAt;
  store.rollback();
  return (ms * 1_000) / claimsPerRound;
}

function first(store: Store, providers: readonly string[]): JobRow {
  let best: JobRow | undefined;
  for (const provider of providers) {
    const [row] = store.jobs.nextWaiting('high', provider, null, 1);
    if (row !== undefined && (best === undefined || row.rank < best.rank)) best = row;
  }
  if (best === undefined) throw new Error('no row is waiting');
  return best;
}
