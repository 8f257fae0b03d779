/** What happens becomes an input of a turn; this says what becomes of an input that cannot be handled even alone. */
import type { JobId } from '../protocol/ids.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Log } from './ports.ts';
import type { Turn, TurnLoop } from './turn.ts';

type Work = (turn: Turn) => void;

export class Inputs {
  readonly #turns: TurnLoop;
  readonly #queue: () => LlmJobQueue;
  readonly #log: Log;
  readonly #posted = new Set<string>();

  constructor(turns: TurnLoop, queue: () => LlmJobQueue, log: Log) {
    this.#turns = turns;
    this.#queue = queue;
    this.#log = log;
  }

  /** One that fails is logged. */
  post(name: string, work: Work): void {
    this.#turns.post(name, work, (error) => this.#report(name, error));
  }

  /** For one job: when it throws, also alone in a turn, the job ends as a bug of ours, and the others go on. */
  postFor(jobId: JobId, name: string, work: Work, also?: () => void): void {
    this.#turns.post(name, work, (error) => {
      also?.();
      this.post('end as bug', (turn) => this.#queue().endAsBug(turn, jobId, error));
    });
  }

  /** For what one input can do for all: a disk that takes no writes must not let ticks pile up in the inbox. */
  postOnce(name: string, work: Work): void {
    if (this.#posted.has(name)) return;
    this.#posted.add(name);
    const settled = (): boolean => this.#posted.delete(name);
    const run = (turn: Turn): void => {
      turn.after(settled);
      work(turn);
    };
    this.#turns.post(name, run, (error) => {
      settled();
      this.#report(name, error);
    });
  }

  #report(name: string, error: unknown): void {
    this.#log('error', `${name} failed`, { error: error instanceof Error ? error.stack : String(error) });
  }
}
