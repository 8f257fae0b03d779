/** Calls that a worker makes for the engine outside of any job: what a provider offers, and who is there on this machine. */
import type { Failure } from '../protocol/job.ts';
import type { LocalAddress, ProviderConnection } from '../protocol/provider.ts';
import type { EngineToWorker, WorkerToEngine } from '../protocol/worker.ts';
import type { Pool } from './pool.ts';
import type { Clock } from './ports.ts';

export type ProviderReport = Extract<WorkerToEngine, { type: 'provider-report' }>;
export type ServersFound = Extract<WorkerToEngine, { type: 'servers-found' }>;
type Report = ProviderReport | ServersFound;
type Call =
  | Omit<Extract<EngineToWorker, { type: 'inspect-provider' }>, 'callId'>
  | Omit<Extract<EngineToWorker, { type: 'find-servers' }>, 'callId'>;

/** The worker's own limits are 15 s for a list, 60 s for an answer, 2 s for a search; these are for one that dies over it. */
const listLimitMs = 20_000;
const answerLimitMs = 80_000;
const searchLimitMs = 5_000;
/** At the start, and while workers are replaced, the next one is ready within a second. */
const workerLimitMs = 15_000;

export class ProviderCalls {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #calls = new Map<string, (report: Report) => void>();
  /** Calls for which no worker was ready yet. */
  readonly #unsent = new Set<() => void>();
  #nextCall = 1;

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  /** A worker has answered. */
  onReport(report: Report): void {
    this.#calls.get(report.callId)?.(report);
  }

  /** Lists the models, and with `model` asks it a short question. Never rejects: a `failure` says what went wrong. */
  async inspect(provider: ProviderConnection, model?: string): Promise<Omit<ProviderReport, 'type' | 'callId'>> {
    const call: Call =
      model === undefined ? { type: 'inspect-provider', provider } : { type: 'inspect-provider', provider, model };
    const report = await this.#ask(call, model === undefined ? listLimitMs : answerLimitMs);
    if (report === 'no-worker') return { failure: noWorker };
    return report?.type === 'provider-report' ? report : { failure: noAnswer };
  }

  /** Undefined when no worker could look. */
  async findServers(addresses: LocalAddress[]): Promise<ServersFound['servers'] | undefined> {
    const report = await this.#ask({ type: 'find-servers', addresses }, searchLimitMs);
    return typeof report === 'object' && report.type === 'servers-found' ? report.servers : undefined;
  }

  /** One is ready: what waits for one is sent. */
  workerReady(): void {
    for (const send of [...this.#unsent]) send();
  }

  /** Undefined when no answer came in time. */
  #ask(call: Call, limitMs: number): Promise<Report | 'no-worker' | undefined> {
    const callId = `call-${this.#nextCall}`;
    this.#nextCall += 1;
    return new Promise((resolve) => {
      let cancelLimit = (): void => undefined;
      const settle = (report: Report | 'no-worker' | undefined): void => {
        cancelLimit();
        this.#calls.delete(callId);
        this.#unsent.delete(send);
        resolve(report);
      };
      const send = (): void => {
        if (!this.#pool.sendToAny([{ ...call, callId }])) return;
        this.#unsent.delete(send);
        cancelLimit();
        cancelLimit = this.#clock.after(limitMs, () => settle(undefined));
      };
      this.#calls.set(callId, settle);
      this.#unsent.add(send);
      cancelLimit = this.#clock.after(workerLimitMs, () => settle('no-worker'));
      send();
    });
  }
}

const noWorker: Failure = {
  class: 'bug',
  code: 'internal',
  message: 'No worker is running that could make the call. Look at the pool, and try again.',
};
const noAnswer: Failure = {
  class: 'bug',
  code: 'internal',
  message: 'The worker that made the call gave no answer. Try again.',
};
