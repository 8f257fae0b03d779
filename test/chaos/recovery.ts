/** How long an answer that was cut had to wait for its next try, as the model server saw it. */
import type { Call } from './journal.ts';

/** The longest time between the end of a cut answer and the next request for the same question; 0 without any. */
export function longestGapMs(calls: readonly Call[]): number {
  let longest = 0;
  const cutAt = new Map<number, number>();
  for (const { question, at, outcome, endedAt } of calls) {
    const before = cutAt.get(question);
    if (before !== undefined) longest = Math.max(longest, at - before);
    cutAt.delete(question);
    if (outcome === 'cut' && endedAt !== null) cutAt.set(question, endedAt);
  }
  return longest;
}
