/**
 * Where the lines of a lane at a provider end, so that a job that was just enqueued (it is nearly always the last one) is
 * known to be last without a read. An end is an upper bound: no job that waits there stands behind it, but the job that set
 * it may have left. So a place at or behind the end is the last for certain, and only one before it has to be looked up.
 * In memory; a line has no end here until one was looked up.
 */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import { isBefore } from './first-in-line.ts';

type Place = Pick<JobRow, 'lane' | 'provider' | 'rank' | 'id'>;

export class LineEnds {
  readonly #ends = new Map<string, Place>();

  /** A job has come to wait there. A rollback takes nothing back: the bound only becomes wider. */
  entered(place: Place): void {
    const end = this.#ends.get(keyOf(place));
    if (end !== undefined && isBefore(end, place)) this.#ends.set(keyOf(place), placeOf(place));
  }

  /** Whether nobody waits behind `place`. `isSomeoneBehind` reads the rows; it is asked where the end does not tell. */
  isLast(place: Place, isSomeoneBehind: () => boolean): boolean {
    const end = this.#ends.get(keyOf(place));
    if (end !== undefined && !isBefore(place, end)) return true;
    if (isSomeoneBehind()) return false;
    this.#ends.set(keyOf(place), placeOf(place));
    return true;
  }
}

/** Without the rest of the row: an end outlives its job. */
function placeOf({ lane, provider, rank, id }: Place): Place {
  return { lane, provider, rank, id };
}

function keyOf({ lane, provider }: Place): string {
  return `${lane}/${provider}`;
}
