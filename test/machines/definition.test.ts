/** Names of what a machine's definition says, for the diagrams and the inspector. */
import { and, type AnyTransitionDefinition, assign, createMachine, fromPromise, raise, setup } from 'xstate';
import { describe, expect, it } from 'vitest';
import {
  actionNames,
  eventLabel,
  guardName,
  statePath,
  transitionId,
  transitionLabel,
} from '../../machines/definition.ts';

const machine = setup({
  actors: { call: fromPromise(() => Promise.resolve(1)) },
  delays: { patience: 10 },
  guards: { isOpen: () => true },
  actions: { note: () => undefined, count: assign({}) },
}).createMachine({
  id: 'small',
  initial: 'idle',
  states: {
    idle: {
      on: {
        GO: [
          { guard: 'isOpen', target: 'busy', actions: ['note', { type: 'count' }] },
          { guard: { type: 'isOpen' }, target: 'idle' },
          { guard: and(['isOpen']), actions: 'note' },
        ],
      },
      always: [
        {
          guard: function isLate() {
            return false;
          },
          target: 'busy',
        },
        { guard: 'isOpen', target: 'busy' },
      ],
    },
    busy: {
      initial: 'calling',
      states: {
        calling: {
          invoke: { id: 'process', src: 'call', onDone: 'done', onError: 'failed' },
          after: { patience: 'failed' },
        },
        done: {},
        failed: {},
      },
      on: { 'xstate.done.actor.*': 'idle' },
    },
  },
});

const node = (path: string) => machine.getStateNodeById(path === '' ? 'small' : `small.${path}`);
const taken = (path: string, event: string): AnyTransitionDefinition[] => [
  ...(node(path).transitions.get(event) ?? []),
];
const one = (path: string, event: string): AnyTransitionDefinition => {
  const [first] = taken(path, event);
  if (first === undefined) throw new Error(`${path} has no ${event}`);
  return first;
};

describe('the path of a state', () => {
  it('has dots between its parts; the machine itself has none', () => {
    expect(['', 'idle', 'busy.calling'].map((path) => statePath(node(path)))).toEqual(['', 'idle', 'busy.calling']);
  });
});

describe('a transition', () => {
  it('is told from its siblings by its place, in every instance of the machine', () => {
    expect(taken('idle', 'GO').map(transitionId)).toEqual(['idle|GO|0', 'idle|GO|1', 'idle|GO|2']);
    expect((node('idle').always ?? []).map(transitionId)).toEqual(['idle||0', 'idle||1']);
    const provided = machine.provide({ guards: { isOpen: () => false } });
    const [same] = provided.getStateNodeById('small.idle').transitions.get('GO') ?? [];
    expect(same === undefined ? undefined : transitionId(same)).toBe('idle|GO|0');
  });

  it('is labelled with its event, or with what happens in place of one', () => {
    expect(transitionLabel(one('idle', 'GO'))).toBe('GO');
    expect((node('idle').always ?? []).map(transitionLabel)).toEqual(['at once', 'at once']);
    const labels = [...node('busy.calling').transitions.keys()].map(eventLabel).toSorted();
    expect(labels).toEqual(['after patience', 'the process ends', 'the process fails']);
    expect([...node('busy').transitions.keys()].map(eventLabel)).toEqual(['a child ends']);
    expect(eventLabel('xstate.error.actor.*')).toBe('a child fails');
    expect(eventLabel('xstate.stop')).toBe('xstate.stop');
  });

  it('has the name of its guard, however that is written', () => {
    expect(taken('idle', 'GO').slice(0, 2).map(guardName)).toEqual(['isOpen', 'isOpen']);
    expect((node('idle').always ?? []).map(guardName)).toEqual(['isLate', 'isOpen']);
    expect(guardName(one('busy', 'xstate.done.actor.*'))).toBeUndefined();
  });

  it('has the names of its actions; one without a name is refused', () => {
    expect(taken('idle', 'GO').map(({ actions }) => actionNames([...actions]))).toEqual([
      ['note', 'count'],
      [],
      ['note'],
    ]);
    // The timer of an `after` is XState's own affair.
    expect(actionNames(node('busy.calling').entry)).toEqual([]);
    const inPlace = createMachine({ entry: () => undefined });
    expect(() => actionNames(inPlace.root.entry)).toThrow('give it a name');
    expect(() => actionNames(createMachine({ entry: assign({}) }).root.entry)).toThrow('give it a name');
    expect(actionNames(createMachine({ entry: raise({ type: 'X' }) }).root.entry)).toEqual([]);
  });
});
