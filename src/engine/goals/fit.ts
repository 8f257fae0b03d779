/**
 * Makes the results that a task or the deliverable builds on fit the reader's context: long ones are summarised by jobs of
 * their own, and as a last resort a text is cut and says so. All counts are tokens as `estimateTokens` estimates them.
 */
import { charsPerToken, estimateTokens } from '../token-estimates.ts';

export interface Sized {
  readonly key: string;
  readonly text: string;
}

/** A summary is about a page; below the least there is nothing left to say. */
const mostSummaryTokens = 1_000;
const leastSummaryTokens = 100;
/** Estimates are rough, and each result is wrapped in a few words. */
const usablePart = 0.9;
const wrappingTokens = 60;

/**
 * Room for the results: what is left of the context beside the answer and everything else in the request. Never negative.
 */
export function resultRoom(contextTokens: number, answerTokens: number, otherTokens: number): number {
  return Math.max(0, Math.floor((contextTokens - answerTokens) * usablePart) - otherTokens);
}

/** How long a summary may be where `count` results share `roomTokens`. */
export function summaryTokens(count: number, roomTokens: number): number {
  const share = Math.floor(roomTokens / Math.max(1, count)) - wrappingTokens;
  return Math.min(mostSummaryTokens, Math.max(leastSummaryTokens, share));
}

/**
 * Which of the results have to be summarised so that all fit, the longest first and no more than it takes. Empty when they fit
 * as they are. A result that is no longer than a summary stays as it is.
 */
export function tooLong(results: readonly Sized[], roomTokens: number): string[] {
  const short = summaryTokens(results.length, roomTokens);
  const sized = results.map(({ key, text }) => ({ key, tokens: estimateTokens(text) + wrappingTokens }));
  let total = sized.reduce((sum, { tokens }) => sum + tokens, 0);
  const chosen: string[] = [];
  for (const { key, tokens } of sized.toSorted((a, b) => b.tokens - a.tokens)) {
    const saved = tokens - (short + wrappingTokens);
    if (total <= roomTokens || saved <= 0) break;
    chosen.push(key);
    total -= saved;
  }
  return chosen;
}

/** The last resort, for a summary that did not keep to its length: the beginning of each, and how much is missing. */
export function cutToFit<Result extends Sized>(results: readonly Result[], roomTokens: number): Result[] {
  const total = results.reduce((sum, { text }) => sum + estimateTokens(text) + wrappingTokens, 0);
  if (total <= roomTokens) return [...results];
  const share = shareOf(results, roomTokens);
  return results.map((result) => ({ ...result, text: cut(result.text, share) }));
}

/** The most tokens that each may have so that all fit: those that are shorter leave their part to the others. */
function shareOf(results: readonly Sized[], roomTokens: number): number {
  let left = roomTokens;
  const ascending = results.map(({ text }) => estimateTokens(text) + wrappingTokens).toSorted((a, b) => a - b);
  for (const [index, tokens] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index));
    if (tokens > share) return Math.max(0, share - wrappingTokens);
    left -= tokens;
  }
  return Infinity;
}

function cut(text: string, tokens: number): string {
  const chars = tokens * charsPerToken;
  if (text.length <= chars) return text;
  const note = (missing: number): string => `\n\n[… ${missing} characters were left out here for want of room]`;
  const kept = text.slice(0, Math.max(0, chars - note(text.length).length)).replace(/[\uD800-\uDBFF]$/u, '');
  return kept + note(text.length - kept.length);
}
