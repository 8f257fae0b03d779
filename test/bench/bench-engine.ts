/**
 * The shipped engine on a data folder: the real store, real worker processes of the built worker, real clock. What differs
 * between measurements are settings that a user could make.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../db/open.ts';
import { openSideThread } from '../../db/side-thread/side-thread.ts';
import type { Store } from '../../db/store.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import type { SecretStore } from '../../src/engine/ports.ts';
import { createIds } from '../../src/engine/ulid.ts';
import { createChildProcessWorkerHost } from '../../src/hosts/node/child-process-worker-host.ts';
import { realClock } from '../../src/hosts/common/clock.ts';
import { createSystemMeter } from '../../src/hosts/common/system-meter.ts';
import type { Settings } from '../../src/protocol/api.ts';
import type { PoolView } from '../../src/protocol/pool.ts';

const root = join(import.meta.dirname, '..', '..');
/** From the source: it runs the same code, and a measurement needs no build of the host. */
const sideThread = join(root, 'db', 'side-thread', 'thread.ts');
export const migrationsFolder = join(root, 'db', 'migrations');
/** `main.ts` copies the built worker for the run: a build that ends meanwhile does not change what is measured. */
export const builtWorker = process.env['BENCH_WORKER'] ?? join(root, 'out', 'worker', 'worker.mjs');
/** A pool that does not change for this long will not come to look as expected. */
const stalledMs = 30_000;

export interface BenchEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly store: Store;
  /** Resolves when the pool looks like that; the pool's watchers hear of changes at most every 250 ms. */
  pool(looks: (pool: PoolView) => boolean): Promise<PoolView>;
  /** Stops at once: what runs goes back to the queue. Throws when the engine has logged an error. */
  close(): Promise<void>;
}

export type BenchSettings = Partial<
  Pick<Settings, 'poolMin' | 'poolMax' | 'slotsPerWorker' | 'synchronous' | 'writeTitles'>
>;

/** Keys are no part of any measurement. */
const noSecrets: SecretStore = {
  get: () => undefined,
  source: () => undefined,
  set: () => undefined,
  delete: () => undefined,
};

/** Opens and starts. Resolves when the smallest pool is ready for jobs. */
export async function startEngine(
  folder: string,
  settings: BenchSettings = {},
  workerEntry = builtWorker,
): Promise<BenchEngine> {
  const opened = openEngine(folder, settings, workerEntry);
  await opened.engine.start();
  await opened.pool(({ workers, min }) => workers.filter(isReady).length >= min);
  return opened;
}

/** Opens without starting. */
export function openEngine(folder: string, settings: BenchSettings = {}, workerEntry = builtWorker): BenchEngine {
  if (!existsSync(builtWorker)) throw new Error(`${builtWorker} is missing: run \`npm run build\` first.`);
  const store = openStore({ folder, migrationsFolder });
  for (const [key, value] of Object.entries(settings)) store.settings.set(key, value);
  const errors: string[] = [];
  const history = openSideThread({
    store,
    entry: sideThread,
    after: realClock.after,
    warn: (message, fields) => errors.push(`${message} ${JSON.stringify(fields)}`),
  });
  const engine = createEngine({
    store,
    history,
    workerHost: createChildProcessWorkerHost({ entry: workerEntry }),
    clock: realClock,
    ids: createIds({ clock: realClock, randomBytes }),
    random: Math.random,
    secrets: noSecrets,
    system: createSystemMeter(),
    log: (level, message, fields) => {
      if (level === 'error') errors.push(`${message} ${JSON.stringify(fields ?? {})}`);
    },
  });
  const close = async (): Promise<void> => {
    await engine.stop({ drainMs: 0 });
    store.close();
    if (errors.length > 0) throw new Error(`the engine logged ${errors.length} errors, the first: ${errors[0]}`);
  };
  return {
    engine,
    store,
    pool: (looks) => poolLooking(engine, looks),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function isReady({ state }: PoolView['workers'][number]): boolean {
  return state === 'ready' || state === 'saturated';
}

async function poolLooking(engine: Engine, looks: (pool: PoolView) => boolean): Promise<PoolView> {
  const watch = new AbortController();
  const stalled = setTimeout(() => watch.abort(), stalledMs);
  let seen = '';
  try {
    for await (const pool of engine.pool.watch(watch.signal)) {
      if (looks(pool)) return pool;
      const { finished, lanes, workers } = pool;
      const moves = JSON.stringify([finished, lanes, workers.map(({ state }) => state)]);
      if (moves !== seen) stalled.refresh();
      seen = moves;
    }
  } finally {
    clearTimeout(stalled);
    watch.abort();
  }
  throw new Error(`the pool stands still and does not look as expected: ${JSON.stringify(engine.pool.get())}`);
}
