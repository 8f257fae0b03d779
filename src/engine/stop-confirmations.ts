/**
 * Stopping is certain: a worker that was told to stop an attempt confirms it, by that attempt's end. One that does not is
 * stuck, whatever its heartbeats say, and nothing in it can be stopped but by killing it.
 */
import type { JobId } from '../protocol/ids.ts';
import type { Clock } from './ports.ts';

/** How long a worker has for it. Aborting a request takes it milliseconds. */
const confirmWithinMs = 2_000;
/** Our own timer this late: this process was away (sleep, a stopped process), and the answer may be in the pipe unread. */
const awayMs = 500;

export interface StopConfirmationsOptions {
  clock: Clock;
  /** Whether the attempt still holds its slot. */
  holds: (workerId: string, jobId: JobId, attempt: number) => boolean;
  overdue: (workerId: string, jobId: JobId, attempt: number) => void;
}

export class StopConfirmations {
  readonly #options: StopConfirmationsOptions;

  constructor(options: StopConfirmationsOptions) {
    this.#options = options;
  }

  /** From now on the worker has `confirmWithinMs` to end the attempt. */
  expect(workerId: string, jobId: JobId, attempt: number): void {
    const { clock, holds, overdue } = this.#options;
    const dueAt = clock.now() + confirmWithinMs;
    clock.after(confirmWithinMs, () => {
      if (!holds(workerId, jobId, attempt)) return;
      if (clock.now() - dueAt > awayMs) this.expect(workerId, jobId, attempt);
      else overdue(workerId, jobId, attempt);
    });
  }
}
