/** The failures that are not about a provider's answer. What providers do is classified in `classify.ts`. */
import type { Failure } from '../protocol/job.ts';
import type { ProviderConnection } from '../protocol/provider.ts';
import { causeChain, redact } from './error-text.ts';

export const cancelledFailure: Failure = {
  class: 'cancelled',
  code: 'cancelled-by-user',
  message: 'You stopped this answer. What had arrived is kept; retry the job to ask again.',
};

/** The engine sent more than the slots that this worker announced. */
export function noSlotFailure(slots: number): Failure {
  return {
    class: 'bug',
    code: 'internal',
    message:
      `Nightshift sent this request to a worker whose ${slots} slots were all in use. That is a defect in Nightshift: ` +
      'please report it, and retry the job.',
  };
}

/** An exception that no provider module accounts for. */
export function bugFailure(connection: ProviderConnection, error: unknown): Failure {
  return {
    class: 'bug',
    code: 'internal',
    message:
      `Something went wrong inside Nightshift while it spoke to ${connection.id}. The details are with this job: ` +
      'please report them, and retry the job.',
    causes: causeChain(error).map((text) => redact(text, connection)),
  };
}
