/** Who is meant: the supervisor's commands reach the worker that they name, and its judgements only those it could see. */
import { createActor, SimulatedClock } from 'xstate';
import { describe, expect, it } from 'vitest';
import { shrinkAfterMs } from '../../machines/policy/pool-size.ts';
import { supervisorWith, workerViews } from '../../machines/supervisor.machine.ts';
import type { SupervisorInput } from '../../machines/supervisor.context.ts';
import { advance } from '../support/advance.ts';
import { ScriptedProcesses } from '../support/scripted-process.ts';

function start(input: Partial<SupervisorInput> = {}, processes = new ScriptedProcesses()) {
  const clock = new SimulatedClock();
  const measure = {
    backlog: 0,
    slotsUsed: 0,
    quarantineWaiting: 0,
    cpuCount: 8,
    freeMemoryBytes: 2 ** 34,
    eventLoopDelayMs: 1,
  };
  const actor = createActor(supervisorWith(processes.logic), {
    input: { min: 2, max: 4, slotsPerWorker: 2, now: () => clock.now(), measure: () => measure, ...input },
    clock,
  });
  actor.start();
  return {
    actor,
    clock,
    processes,
    measure,
    states: () => Object.fromEntries(workerViews(actor.getSnapshot()).map(({ id, state }) => [id, state])),
    beatsOf: (id: string) => processes.of(id).received.filter(({ type }) => type === 'HEARTBEAT').length,
  };
}

describe('a command', () => {
  it('reaches the worker that it names and no other', () => {
    const { actor, processes, states } = start({ min: 3 });
    actor.send({ type: 'SLOTS', workerId: 'worker:2', used: 2 });
    expect(states()).toEqual({ 'worker:1': 'ready', 'worker:2': 'saturated', 'worker:3': 'ready' });
    processes.of('worker:2').jobs = 2;
    actor.send({ type: 'DRAIN_WORKER', workerId: 'worker:2' });
    expect(states()).toMatchObject({ 'worker:1': 'ready', 'worker:2': 'draining', 'worker:3': 'ready' });
    actor.send({ type: 'UNCONFIRMED', workerId: 'worker:3' });
    expect(states()).toMatchObject({ 'worker:1': 'ready', 'worker:2': 'draining', 'worker:3': 'backingOff' });
    expect(processes.of('worker:1').received).toEqual([]);
  });

  it('to restart reaches the worker that it names and no other', () => {
    const { actor, processes } = start({ min: 2 });
    const [first, second] = processes.all;
    actor.send({ type: 'RESTART_WORKER', workerId: 'worker:2', how: 'now' });
    expect([first?.running, second?.running]).toEqual([true, false]);
    expect(processes.of('worker:2').running).toBe(true);
  });
});

it('a worker that finishes first has its successor at once, and no second one', () => {
  const { actor, processes, states } = start({ min: 1 });
  processes.of('worker:1').jobs = 1;
  actor.send({ type: 'SLOTS', workerId: 'worker:1', used: 1 });
  actor.send({ type: 'RESTART_WORKER', workerId: 'worker:1', how: 'when-done' });
  expect(states()).toEqual({ 'worker:1': 'draining', 'worker:2': 'ready' });
  actor.send({ type: 'RESTART_WORKER', workerId: 'worker:1', how: 'when-done' });
  expect(states()).toEqual({ 'worker:1': 'draining', 'worker:2': 'ready' });
});

describe('a defect in a worker’s actor', () => {
  it('ends that worker’s process and no other', () => {
    const { actor, processes, states } = start({ min: 3 });
    actor.getSnapshot().context.workers[1]?.send({
      type: 'SLOTS',
      get used(): number {
        throw new Error('a defect');
      },
    });
    expect(states()).toEqual({ 'worker:1': 'ready', 'worker:3': 'ready' });
    expect(processes.running.map(({ input }) => input.workerId)).toEqual(['worker:1', 'worker:3']);
  });
});

it('lets go of a worker that has gone, so that it is nobody’s child any more', () => {
  const { actor } = start({ min: 2 });
  actor.send({ type: 'RESIZE', min: 1, max: 1 });
  expect(Object.keys(actor.getSnapshot().children)).toEqual(['worker:1']);
  expect(actor.getSnapshot().context.brokenAt).toEqual({});
});

describe('a tick', () => {
  it('that is late by a heartbeat is a beat; by more, the supervisor was away, and nobody is judged', () => {
    const late = start();
    late.clock.increment(250 + 2_000);
    expect(late.beatsOf('worker:1')).toBe(1);
    const away = start();
    away.clock.increment(250 + 2_001);
    expect(away.beatsOf('worker:1')).toBe(0);
    // The next beat is a whole heartbeat later.
    advance(away.clock, 1_750, 250);
    expect(away.beatsOf('worker:1')).toBe(0);
    advance(away.clock, 250, 250);
    expect(away.beatsOf('worker:1')).toBe(1);
  });

  it('of a clock that stands still gives a process that hangs at its start no time anew', () => {
    const processes = new ScriptedProcesses();
    processes.onStart = () => undefined;
    const { clock } = start({ min: 1, now: () => 7 }, processes);
    advance(clock, 10_500, 250);
    expect(processes.all[0]?.received).toContainEqual({ type: 'KILL' });
  });

  it('after an absence lets a surplus last anew before anybody goes', () => {
    const { actor, clock, states } = start({ min: 1 });
    actor.send({ type: 'RESIZE', min: 2, max: 4 });
    actor.send({ type: 'RESIZE', min: 1, max: 4 });
    advance(clock, shrinkAfterMs - 1_000, 250);
    clock.increment(60_000);
    expect(Object.keys(states())).toHaveLength(2);
    advance(clock, shrinkAfterMs - 1_000, 250);
    expect(Object.keys(states())).toHaveLength(2);
    advance(clock, 2_000, 250);
    expect(Object.keys(states())).toHaveLength(1);
  });
});
