/**
 * Which places of a list are selected, as ranges: half a million rows are one range, and the service is told the same ranges.
 * Ascending, without overlaps, and never touching each other.
 */
import type { PlaceRange } from '../../protocol/queue.ts';

export type Selection = readonly PlaceRange[];

export const nothing: Selection = [];

export function everything(total: number): Selection {
  return total === 0 ? nothing : [{ from: 0, to: total }];
}

export function countOf(selection: Selection): number {
  return selection.reduce((sum, { from, to }) => sum + to - from, 0);
}

export function holds(selection: Selection, place: number): boolean {
  return selection.some(({ from, to }) => place >= from && place < to);
}

/** With `[from, to)` selected, or not selected any more. */
export function withRange(selection: Selection, from: number, to: number, selected: boolean): Selection {
  const rest = selection.flatMap((range) => {
    const before = { from: range.from, to: Math.min(range.to, from) };
    const behind = { from: Math.max(range.from, to), to: range.to };
    return [before, behind].filter((part) => part.from < part.to);
  });
  if (!selected) return rest;
  const joined: PlaceRange[] = [];
  for (const range of [...rest, { from, to }].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && last.to >= range.from) joined[joined.length - 1] = { from: last.from, to: range.to };
    else joined.push(range);
  }
  return joined;
}

export function toggled(selection: Selection, place: number): Selection {
  return withRange(selection, place, place + 1, !holds(selection, place));
}
