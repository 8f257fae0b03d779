import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countOf,
  everything,
  holds,
  nothing,
  toggled,
  withRange,
  type Selection,
} from '../../src/renderer/queue/selection.ts';

const last = 40;
const place = fc.nat({ max: last });
const step = fc.record({ a: place, b: place, selected: fc.boolean() });

function places(selection: Selection): number[] {
  return Array.from({ length: last + 2 }, (_, at) => at).filter((at) => holds(selection, at));
}

describe('a selection', () => {
  it('holds what a set of places would, as ranges that ascend and never touch', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const model = new Set<number>();
        let selection = nothing;
        for (const { a, b, selected } of steps) {
          const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
          selection = withRange(selection, from, to, selected);
          for (let at = from; at < to; at += 1) {
            if (selected) model.add(at);
            else model.delete(at);
          }
        }
        expect(places(selection)).toEqual([...model].sort((x, y) => x - y));
        expect(countOf(selection)).toBe(model.size);
        for (const [at, { from, to }] of selection.entries()) {
          expect(from).toBeLessThan(to);
          expect(from).toBeGreaterThan(selection[at - 1]?.to ?? -1);
        }
      }),
    );
  });

  it('toggled twice is as it was', () => {
    fc.assert(
      fc.property(fc.array(place), place, (chosen, at) => {
        const selection = chosen.reduce<Selection>((all, one) => withRange(all, one, one + 1, true), nothing);
        expect(toggled(toggled(selection, at), at)).toEqual(selection);
      }),
    );
  });

  it('of everything is one range, and of an empty list none', () => {
    expect(everything(500_000)).toEqual([{ from: 0, to: 500_000 }]);
    expect(everything(0)).toEqual([]);
  });
});
