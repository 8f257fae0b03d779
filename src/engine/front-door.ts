/**
 * The idempotent front door: a `requestId` creates once. The same call sent again, because its answer was lost, returns what
 * the first one created; the same id with another body is refused.
 */
import { hash } from 'node:crypto';
import type { Store } from '../../db/store.ts';
import { EngineError } from './errors.ts';
import type { Turn } from './turn.ts';

/** Returns the ids that `create` returns, or those that the same request returned before. Throws `CONFLICT` for another body. */
export function once<Id extends string>(
  turn: Turn,
  store: Store,
  procedure: string,
  input: { requestId: string },
  create: () => Id[],
): Id[] {
  const bodyHash = hash('sha256', JSON.stringify(input), 'base64url');
  const earlier = store.settings.request(input.requestId);
  if (earlier !== undefined) {
    if (earlier.procedure === procedure && earlier.bodyHash === bodyHash) return earlier.result as Id[];
    throw new EngineError(
      'CONFLICT',
      `The requestId ${input.requestId} was used before for something else. Make a new one for each new request.`,
    );
  }
  const result = create();
  store.settings.insertRequest({ requestId: input.requestId, procedure, bodyHash, result, at: turn.at });
  return result;
}
