/**
 * A real engine on a real SQLite file, with workers that the test plays (or any other worker host).
 *
 *     await using night = await startEngine();
 *     const job = await night.enqueue();
 *     (await night.workers.nextRun()).done('an answer');
 *     await night.until(() => night.engine.jobs.get(job.id).state === 'completed');
 */
import { randomBytes } from 'node:crypto';
import { openSideThread } from '../../db/side-thread/side-thread.ts';
import type { Store } from '../../db/store.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import type { Clock, LogLevel, WorkerHost } from '../../src/engine/ports.ts';
import type { Turn, TurnStep } from '../../src/engine/turn.ts';
import { createIds } from '../../src/engine/ulid.ts';
import { EnqueueJob, EnqueueJobs, type Settings } from '../../src/protocol/api.ts';
import type { ConversationId, JobId } from '../../src/protocol/ids.ts';
import type { JobView, MessageView } from '../../src/protocol/views.ts';
import { sideThreadEntry } from './built.ts';
import { dataFolder, openFolder } from './data-folder.ts';
import { ManualClock } from './manual-clock.ts';
import { ScriptedWorkers } from './scripted-workers.ts';

export interface StartEngineOptions {
  /** Left in place at the end. Absent: a temporary one that is removed. */
  folder?: string;
  clock?: Clock;
  workerHost?: WorkerHost;
  random?: () => number;
  /** Absent: one worker with 4 slots. */
  settings?: Partial<Settings>;
  onTurnStep?: (step: TurnStep, turn: Turn) => void;
  /** Before the engine is started: to put things into the database that a crash could have left there. */
  prepare?: (store: Store) => void;
}

export interface TestEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly store: Store;
  readonly folder: string;
  /** The clock and the workers, when none were given. */
  readonly clock: ManualClock;
  readonly workers: ScriptedWorkers;
  readonly logged: { level: LogLevel; message: string; fields: Readonly<Record<string, unknown>> | undefined }[];
  /** Resolves when the condition holds, looked at after every turn; rejects after 25 s of real time. */
  until(condition: () => boolean, what?: string): Promise<void>;
  /** Lets manual time pass, and the turns that it sets in motion run. */
  pass(ms: number): Promise<void>;
  /** A prompt job with defaults; anything of `JobSpec` goes before them. */
  enqueue(job?: Record<string, unknown>, requestId?: string): Promise<JobView>;
  enqueueMany(jobs: readonly Record<string, unknown>[], requestId?: string): Promise<JobId[]>;
  conversation(): Promise<ConversationId>;
  say(conversationId: ConversationId, text: string, requestId?: string): Promise<MessageView>;
  /** Waits for the state, and returns the job. */
  reaches(id: JobId, state: JobView['state']): Promise<JobView>;
  /** Stops the engine without draining and closes the store; what it left on disk is what a restart finds. */
  stop(): Promise<void>;
}

let requests = 0;
export function newRequestId(): string {
  requests += 1;
  return `request-${process.pid}-${requests}`;
}

export async function startEngine(options: StartEngineOptions = {}): Promise<TestEngine> {
  const temporary = options.folder === undefined ? dataFolder() : undefined;
  const folder = options.folder ?? temporary?.path ?? '';
  const clock = options.clock ?? new ManualClock();
  const workers = options.workerHost ?? new ScriptedWorkers();
  const store = openFolder(folder);
  const values = { poolMin: 1, poolMax: 1, slotsPerWorker: 4, ...options.settings };
  for (const [key, value] of Object.entries(values)) store.settings.set(key, value);
  options.prepare?.(store);

  const logged: TestEngine['logged'] = [];
  const watchers = new Set<() => void>();
  const history = openSideThread({
    store,
    entry: sideThreadEntry,
    after: (delayMs, callback) => clock.after(delayMs, callback),
    warn: (message, fields) => void logged.push({ level: 'warn', message, fields }),
  });
  const engine = createEngine({
    store,
    history,
    workerHost: workers,
    clock,
    ids: createIds({ clock, randomBytes, after: store.newestUlid() }),
    random: options.random ?? (() => 0.5),
    secrets: { get: () => undefined, source: () => undefined, set: () => undefined, delete: () => undefined },
    system: { cpuCount: 2, freeMemoryBytes: () => 8 * 2 ** 30, eventLoopDelayMs: () => 0 },
    log: (level, message, fields) => void logged.push({ level, message, fields }),
    onTurnStep: (step, turn) => {
      options.onTurnStep?.(step, turn);
      if (step === 'sent') for (const watch of watchers) watch();
    },
  });

  const until = async (condition: () => boolean, what = String(condition)): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const limit = setTimeout(() => {
      const errors = logged.filter(({ level }) => level === 'error');
      reject(new Error(`waited 25 s in vain for ${what}; errors: ${JSON.stringify(errors.slice(-5))}`));
    }, 25_000);
    const watch = (): void => {
      try {
        if (condition()) resolve();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    watchers.add(watch);
    watch();
    try {
      await promise;
    } finally {
      clearTimeout(limit);
      watchers.delete(watch);
    }
  };

  const night: TestEngine = {
    engine,
    store,
    folder,
    get clock() {
      if (clock instanceof ManualClock) return clock;
      throw new Error('this engine runs on a clock of the test');
    },
    get workers() {
      if (workers instanceof ScriptedWorkers) return workers;
      throw new Error('this engine runs on a worker host of the test');
    },
    logged,
    until,
    async pass(ms) {
      // In steps, so that workers answer their heartbeats: time that leaps is a machine that slept.
      for (let left = ms; left > 0; left -= 500) {
        night.clock.advance(Math.min(left, 500));
        // Inputs run in order: when this one is through, so are those that the timers have posted.
        await engine.settings.update({});
      }
    },
    enqueue: (job = {}, requestId = newRequestId()) =>
      engine.jobs.enqueue(EnqueueJob.parse({ requestId, job: { ...defaults, ...job } })),
    enqueueMany: (jobs, requestId = newRequestId()) =>
      engine.jobs.enqueueMany(EnqueueJobs.parse({ requestId, jobs: jobs.map((job) => ({ ...defaults, ...job })) })),
    async conversation() {
      return (await engine.conversations.create({ requestId: newRequestId() })).id;
    },
    say: (conversationId, text, requestId = newRequestId()) =>
      engine.conversations.send({ requestId, conversationId, text }),
    async reaches(id, state) {
      await until(() => engine.jobs.get(id).state === state, `${id} to be ${state}`);
      return engine.jobs.get(id);
    },
    async stop() {
      await engine.stop({ drainMs: 0 });
      store.close();
    },
    async [Symbol.asyncDispose]() {
      await night.stop();
      temporary?.[Symbol.dispose]();
    },
  };
  await engine.start();
  await until(() => options.workerHost !== undefined || engine.pool.get().slots > 0, 'the first worker');
  return night;
}

const defaults = {
  name: 'test',
  model: 'demo/demo',
  lane: 'high',
  messages: [{ role: 'user', content: 'a question' }],
};
