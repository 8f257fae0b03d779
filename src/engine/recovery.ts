/** What a crash of the host left behind: nothing runs any more. */
import type { Store } from '../../db/store.ts';
import type { JobId } from '../protocol/ids.ts';
import type { Dispatch } from './dispatch.ts';
import type { Inputs } from './inputs.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { Turn } from './turn.ts';

export interface RecoveryOptions {
  store: Store;
  inputs: Inputs;
  queue: LlmJobQueue;
  providers: ProviderActors;
  dispatch: Dispatch;
}

/** Puts each job into an input of its own, so that one that cannot be handled does not keep the others. */
export function recoverJobs({ store, inputs, queue, providers, dispatch }: RecoveryOptions): void {
  /** An active job goes back to the queue; its partial text is kept. */
  const recover = (turn: Turn, id: JobId): void => {
    const row = queue.actors.row(id);
    if (row === undefined) return;
    providers.loseProbe(turn, row.provider, id);
    dispatch.rebook(turn, row);
    queue.requeue(turn, id, row.attemptsStarted, 'host-restarted');
  };
  const recoverStopped = (turn: Turn, id: JobId): void => {
    const attempt = queue.actors.row(id)?.attemptsStarted;
    if (attempt !== undefined) queue.stopped(turn, id, attempt);
  };
  for (const id of store.jobs.activeIds()) inputs.postFor(id, 'recover', (turn) => recover(turn, id));
  for (const id of store.jobs.stoppingIds()) inputs.postFor(id, 'recover', (turn) => recoverStopped(turn, id));
}
