/** One worker under test: collects what it says and lets a test wait for it. */
import type { WorkerHost, WorkerProcess } from '../../src/engine/ports.ts';
import { JobId } from '../../src/protocol/ids.ts';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import type { DemoOptions, LlmRequest } from '../../src/protocol/request.ts';
import type { EngineToWorker, WorkerExit, WorkerToEngine } from '../../src/protocol/worker.ts';

export type Said<Type extends WorkerToEngine['type']> = Extract<WorkerToEngine, { type: Type }>;
export type RunMessage = Extract<EngineToWorker, { type: 'run' }>;

export interface WorkerProbe extends AsyncDisposable {
  readonly process: WorkerProcess;
  /** Everything that the worker has said, in order. */
  readonly messages: readonly WorkerToEngine[];
  /** Resolves at once; `exits` counts how often it was reported. */
  readonly exit: Promise<WorkerExit>;
  readonly exits: number;
  send(...messages: EngineToWorker[]): void;
  /** The first message of the type that `test` accepts, said already or to come. Rejects when the worker ends first. */
  said<Type extends WorkerToEngine['type']>(type: Type, test?: (message: Said<Type>) => boolean): Promise<Said<Type>>;
  /** The text of a job's deltas so far. */
  streamed(jobId: JobId): string;
}

/** Starts a worker. Disposing kills it and waits for its exit. */
export function startProbe(host: WorkerHost, options: { id?: string; slots?: number } = {}): WorkerProbe {
  const messages: WorkerToEngine[] = [];
  const watchers = new Set<() => void>();
  const { promise: exit, resolve: resolveExit } = Promise.withResolvers<WorkerExit>();
  let ended: WorkerExit | undefined;
  let exits = 0;

  const worker = host.spawn(
    { id: options.id ?? 'worker:1', slots: options.slots ?? 8 },
    {
      onMessages(batch) {
        if (ended !== undefined) throw new Error('messages after the exit');
        messages.push(...batch);
        for (const watch of watchers) watch();
      },
      onExit(reported) {
        exits += 1;
        ended = reported;
        resolveExit(reported);
        for (const watch of watchers) watch();
      },
    },
  );

  return {
    process: worker,
    messages,
    exit,
    get exits() {
      return exits;
    },
    send: (...batch) => worker.send(batch),
    said: <Type extends WorkerToEngine['type']>(type: Type, test: (message: Said<Type>) => boolean = () => true) => {
      const { promise, resolve, reject } = Promise.withResolvers<Said<Type>>();
      let seen = 0;
      const watch = (): void => {
        for (const message of messages.slice(seen)) {
          seen += 1;
          if (!isOfType(message, type) || !test(message)) continue;
          watchers.delete(watch);
          resolve(message);
          return;
        }
        if (ended !== undefined)
          reject(new Error(`the worker ended (${JSON.stringify(ended)}) before it said ${type}`));
      };
      watchers.add(watch);
      watch();
      return promise;
    },
    streamed: (jobId) =>
      messages
        .filter((message) => message.type === 'delta' && message.jobId === jobId)
        .flatMap((message) => (message.type === 'delta' ? message.parts : []))
        .map((part) => part.text)
        .join(''),
    async [Symbol.asyncDispose]() {
      worker.kill();
      await exit;
    },
  };
}

function isOfType<Type extends WorkerToEngine['type']>(message: WorkerToEngine, type: Type): message is Said<Type> {
  return message.type === type;
}

/** A well-formed job id with this number in it. */
export function jobIdOf(number: number): JobId {
  return JobId.parse(`job_${String(number).padStart(26, '0')}`);
}

export const demoConnection: ProviderConnection = {
  id: 'demo',
  kind: 'demo',
  timeouts: { firstContentMs: 5_000, idleMs: 5_000 },
};

/** A run of the demo provider. */
export function demoRun(number: number, demo: DemoOptions, attempt = 1): RunMessage {
  return runOf(number, demoConnection, { model: 'demo', demo }, attempt);
}

export function runOf(
  number: number,
  provider: ProviderConnection,
  request: Partial<LlmRequest> = {},
  attempt = 1,
): RunMessage {
  return {
    type: 'run',
    jobId: jobIdOf(number),
    attempt,
    provider,
    request: { model: 'test-model', messages: [{ role: 'user', content: 'hello' }], params: {}, ...request },
  };
}
