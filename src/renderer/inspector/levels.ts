/**
 * A machine as levels, each of which can be laid out by itself: a state that has states inside is a box in its own level and
 * a level of its own inside. A transition is drawn in the innermost level that holds both its ends.
 */
import type { MachineGraph, MachineState } from '../../protocol/inspection.ts';

/** One transition as a line of an arrow's label. */
export interface ArrowLine {
  readonly id: string;
  readonly label: string;
  readonly guard: string | null;
}

/** `from` and `to` are states of the level, or one of the two points that it has besides. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** None for the arrow to where the level begins. */
  readonly lines: readonly ArrowLine[];
}

export interface Level {
  /** The state that it is the inside of; '' for the machine. */
  readonly of: string;
  readonly states: readonly MachineState[];
  readonly arrows: readonly Arrow[];
  /** Transitions that lead back to the state they leave, by that state: written into its box. */
  readonly loops: ReadonlyMap<string, readonly ArrowLine[]>;
}

/** Where a level begins. */
export const startOf = (level: string): string => `${level}#start`;
/** Stands for whichever state of the level is active. */
export const anyOf = (level: string): string => `${level}#any`;

export function levelsOf(graph: MachineGraph): ReadonlyMap<string, Level> {
  const states = new Map(graph.states.map((state) => [state.path, state]));
  const inner = new Map<string, MachineState[]>();
  for (const state of graph.states) inner.set(state.parent, [...(inner.get(state.parent) ?? []), state]);
  const arrows = new Map<string, Map<string, { from: string; to: string; lines: ArrowLine[] }>>();

  for (const { id, source, label, guard, targets } of graph.transitions) {
    for (const target of targets) {
      const level = commonLevel(source, target, states);
      const from = source === level ? anyOf(level) : childOf(level, source);
      const to = childOf(level, target);
      const ends = [source === level ? '' : beyond(from, source), beyond(to, target)];
      const text = `${ends[0] === '' ? '' : `${ends[0]}: `}${label}${ends[1] === '' ? '' : ` → ${ends[1]}`}`;
      const ofLevel = arrows.get(level) ?? new Map<string, { from: string; to: string; lines: ArrowLine[] }>();
      const arrow = ofLevel.get(`${from} ${to}`) ?? { from, to, lines: [] };
      arrow.lines.push({ id, label: text, guard });
      arrows.set(level, ofLevel.set(`${from} ${to}`, arrow));
    }
  }

  return new Map(
    [...inner].map(([of, inside]) => {
      const initial = inside.find((state) => state.initial);
      const start = initial === undefined ? [] : [{ from: startOf(of), to: initial.path, lines: [] }];
      const all = [...(arrows.get(of)?.values() ?? [])];
      const loops = new Map(all.filter(({ from, to }) => from === to).map(({ from, lines }) => [from, lines]));
      return [of, { of, states: inside, arrows: [...start, ...all.filter(({ from, to }) => from !== to)], loops }];
    }),
  );
}

/** The path and those around it, outermost first: `alive`, `alive.ready`. */
export function chainOf(path: string): string[] {
  const keys = path === '' ? [] : path.split('.');
  return keys.map((_, index) => keys.slice(0, index + 1).join('.'));
}

/** A transition into its own inside belongs there; any other to the level around both. */
function commonLevel(source: string, target: string, states: ReadonlyMap<string, MachineState>): string {
  if (source === '') return '';
  if (target.startsWith(`${source}.`)) return source;
  let level = states.get(source)?.parent ?? '';
  while (level !== '' && !target.startsWith(`${level}.`)) level = states.get(level)?.parent ?? '';
  return level;
}

/** The state of this level that is, or holds, `path`. */
function childOf(level: string, path: string): string {
  const depth = level === '' ? 0 : level.split('.').length;
  return path
    .split('.')
    .slice(0, depth + 1)
    .join('.');
}

/** What `path` has behind the state that stands for it; '' when it stands for itself. */
function beyond(shown: string, path: string): string {
  return path === shown ? '' : path.slice(shown.length + 1);
}
