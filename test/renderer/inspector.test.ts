/** What the inspector's page works out by itself: levels and places of a drawing, lanes, steps, and the player. */
import { createActor } from 'xstate';
import { describe, expect, test } from 'vitest';
import { machineGraphs } from '../../src/engine/inspected-machines.ts';
import type { Followed, InspectedStep } from '../../src/protocol/inspection.ts';
import { emptySteps, withFollowed } from '../../src/renderer/inspector/actor-steps.ts';
import { noFeed, withBatch } from '../../src/renderer/inspector/feed.ts';
import { matching, otherJobs, sequenceOf, type Message } from '../../src/renderer/inspector/lanes.ts';
import { drawingOf, type Box } from '../../src/renderer/inspector/layout.ts';
import { anyOf, levelsOf } from '../../src/renderer/inspector/levels.ts';
import { playerMachine } from '../../src/renderer/inspector/player.machine.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('the drawing of every machine', () => {
  test.each(machineGraphs())('$id: has each state once, and each transition that leads somewhere', (graph) => {
    const { boxes, lines, width, height } = drawingOf(graph);
    const states = boxes.filter(({ kind }) => kind === 'state');
    expect(states.map(({ path }) => path).toSorted()).toEqual(graph.states.map(({ path }) => path).toSorted());
    const drawn = [...lines.flatMap((line) => line.lines), ...states.flatMap(({ loops }) => loops)].map(({ id }) => id);
    const leading = graph.transitions.filter(({ targets }) => targets.length > 0).map(({ id }) => id);
    expect(drawn.toSorted()).toEqual(leading.toSorted());
    for (const box of boxes) {
      expect([box.x >= 0, box.y >= 0, box.x + box.width <= width, box.y + box.height <= height]).not.toContain(false);
    }
  });

  test.each(machineGraphs())(
    '$id: an inner state lies in the one around it, and no two beside each other meet',
    (graph) => {
      const boxes = new Map(drawingOf(graph).boxes.map((box) => [box.path, box]));
      const meets = (a: Box, b: Box): boolean =>
        a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
      for (const state of graph.states) {
        const box = boxes.get(state.path);
        const around = boxes.get(state.parent);
        if (box === undefined) throw new Error(`${state.path} is not drawn`);
        if (around !== undefined) {
          expect(box.x >= around.x && box.x + box.width <= around.x + around.width).toBe(true);
          expect(box.y >= around.y && box.y + box.height <= around.y + around.height).toBe(true);
        }
        for (const other of graph.states) {
          const beside = boxes.get(other.path);
          if (other !== state && other.parent === state.parent && beside !== undefined)
            expect(meets(box, beside)).toBe(false);
        }
      }
    },
  );

  test('a transition into its own inside is drawn there, one across a border between the outer states', () => {
    const levels = levelsOf(
      machineGraphs().find(({ id }) => id === 'worker') ?? { id: '', states: [], transitions: [] },
    );
    expect(levels.get('alive')?.arrows).toContainEqual(
      expect.objectContaining({ from: anyOf('alive'), to: 'alive.draining' }),
    );
    const crossing = levels.get('')?.arrows.find(({ from, to }) => from === 'alive' && to === 'stopped');
    expect(crossing?.lines[0]?.label).toMatch(/^(?:draining|replacing): PROCESS_EXITED$/);
  });
});

const message = (from: string, to: string, type = 'X', key = `${from} ${to} ${type}`): Message => ({
  ...{ at: 0, from, to, type, states: [], ignored: false, key },
});

describe('lanes', () => {
  test('stand in the order of the kinds; jobs beyond the newest share one', () => {
    const jobs = Array.from({ length: 9 }, (_, index) => message('dispatcher', `job:${index}`));
    const { lanes, arrows } = sequenceOf([message('worker:10', 'worker:2'), message('engine', 'supervisor'), ...jobs]);
    const ids = lanes.map(({ id }) => id);
    expect(ids.slice(0, 5)).toEqual(['engine', 'dispatcher', 'supervisor', 'worker:2', 'worker:10']);
    expect(ids.slice(5)).toEqual(['job:3', 'job:4', 'job:5', 'job:6', 'job:7', 'job:8', otherJobs]);
    expect(arrows.slice(2, 5).map(({ to }) => ids[to])).toEqual([otherJobs, otherJobs, otherJobs]);
    expect(arrows.map(({ message: { key } }) => key)).toHaveLength(11);
  });

  test('are filtered by all words, wherever they stand', () => {
    const all = [message('dispatcher', 'job:1', 'CLAIM'), message('engine', 'job:1', 'CANCEL')];
    expect(matching(all, 'claim DISPATCHER')).toEqual([all[0]]);
    expect(matching(all, ' ')).toBe(all);
    expect(matching(all, 'claim engine')).toEqual([]);
  });
});

describe('the feed', () => {
  const event = (seq: number) => ({
    ...{ seq, at: 0, from: 'engine', to: 'supervisor', type: 'X', detail: {}, states: [], edges: [] },
    ...{ ignored: false, routine: false },
  });
  test('keeps each event once, the newest 2,000, and tells runs of numbers apart', () => {
    const first = withBatch(noFeed, '7:2', { events: [event(1), event(2)], missed: false });
    const again = withBatch(first, '7:3', { events: [event(1), event(2), event(3)], missed: false });
    expect(again.events.map(({ key }) => key)).toEqual(['feed 7:1', 'feed 7:2', 'feed 7:3']);
    const restarted = withBatch(again, '8:1', { events: [event(1)], missed: true });
    expect(restarted.events.map(({ key }) => key)).toEqual(['feed 7:1', 'feed 7:2', 'feed 7:3', 'feed 8:1']);
    expect(restarted.missed).toBe(true);
    const many = Array.from({ length: 3_000 }, (_, index) => event(index + 1));
    expect(withBatch(restarted, '9:3000', { events: many, missed: false }).events).toHaveLength(2_000);
  });
});

const step = (seq: number, changes: Record<string, unknown> = {}): InspectedStep => ({
  ...{ seq, at: seq, event: 'X', from: 'engine', detail: {}, states: ['a'], edges: [], actions: [], changes },
  ...{ routine: false, diverged: false },
});
const told = (steps: InspectedStep[], more: Partial<Followed> = {}): Followed => ({
  ...{ id: 'job:1', machine: 'job', steps, exact: true, differs: [], live: true, status: 'active', can: [] },
  restarted: false,
  ...more,
});

describe('the steps of an actor', () => {
  test('are each kept once, with the whole context behind them', () => {
    const first = withFollowed(emptySteps(), told([step(0, { a: 1, b: 1 }), step(1, { b: 2 })]));
    const again = withFollowed(first, told([step(0, { a: 1, b: 1 }), step(1, { b: 2 }), step(2, { a: 3 })]));
    expect(again.steps.map(({ seq, context }) => [seq, context])).toEqual([
      [0, { a: 1, b: 1 }],
      [1, { a: 1, b: 2 }],
      [2, { a: 3, b: 2 }],
    ]);
    const anew = withFollowed(again, told([step(0, { a: 9 })], { restarted: true }));
    expect([anew.run, anew.steps.map(({ context }) => context)]).toEqual([1, [{ a: 9 }]]);
  });

  test('of a runtime actor are bounded, and counted on', () => {
    let known = emptySteps();
    for (let seq = 0; seq < 3_000; seq += 1) known = withFollowed(known, told([step(seq)], { machine: 'worker' }));
    expect([known.steps.length, known.dropped, known.steps.at(-1)?.seq]).toEqual([1_000, 2_000, 2_999]);
  });
});

describe('the player', () => {
  function start() {
    const clock = new ManualClock();
    const player = createActor(playerMachine, {
      clock: {
        setTimeout: (callback, delayMs) => clock.after(delayMs, callback),
        clearTimeout: (cancel: () => void) => cancel(),
      },
    }).start();
    const at = () => [player.getSnapshot().value, player.getSnapshot().context.index];
    return { player, clock, at };
  }

  test('plays what has been, then follows', () => {
    const { player, clock, at } = start();
    player.send({ type: 'STEPS', count: 4 });
    expect(at()).toEqual(['playing', 0]);
    clock.advance(700);
    expect(at()).toEqual(['playing', 1]);
    // One that comes meanwhile is played too.
    player.send({ type: 'STEPS', count: 5 });
    for (let count = 0; count < 4; count += 1) clock.advance(700);
    expect(at()).toEqual(['following', 4]);
    player.send({ type: 'STEPS', count: 6 });
    expect(at()).toEqual(['following', 5]);
  });

  test('a long history takes no longer than eight seconds and a little', () => {
    const { player, clock, at } = start();
    player.send({ type: 'STEPS', count: 150 });
    for (let passed = 0; passed < 8_600; passed += 20) clock.advance(20);
    expect(at()).toEqual(['following', 149]);
  });

  test('stands where it is put, and new steps do not move it', () => {
    const { player, clock, at } = start();
    player.send({ type: 'STEPS', count: 5 });
    player.send({ type: 'SEEK', index: 2 });
    clock.advance(5_000);
    expect(at()).toEqual(['paused', 2]);
    player.send({ type: 'BACK' });
    player.send({ type: 'STEPS', count: 9 });
    expect(at()).toEqual(['paused', 1]);
    player.send({ type: 'SEEK', index: 99 });
    expect(at()).toEqual(['following', 8]);
    player.send({ type: 'PLAY' });
    expect(at()).toEqual(['playing', 0]);
    player.send({ type: 'PAUSE' });
    player.send({ type: 'NEXT' });
    expect(at()).toEqual(['paused', 1]);
    player.send({ type: 'RESTART', count: 1 });
    expect(at()).toEqual(['following', 0]);
  });
});
