import { createActor, SimulatedClock } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { PoolMeasure } from '../../machines/policy/pool-plan.ts';
import { shrinkAfterMs } from '../../machines/policy/pool-size.ts';
import { freeSlots, supervisorMachine, supervisorWith, workerViews } from '../../machines/supervisor.machine.ts';
import type { SupervisorEmitted, SupervisorInput } from '../../machines/supervisor.context.ts';
import type { WorkerEmitted } from '../../machines/worker.context.ts';
import { advance } from '../support/advance.ts';
import { killed, ScriptedProcesses } from '../support/scripted-process.ts';
import { transitionCoverage } from '../support/transition-coverage.ts';

const coverage = transitionCoverage(supervisorMachine);

interface Options extends Partial<Omit<SupervisorInput, 'measure'>> {
  processes?: ScriptedProcesses;
  measure?: Partial<PoolMeasure>;
}

function start({ processes = new ScriptedProcesses(), measure: given, ...input }: Options = {}) {
  const clock = new SimulatedClock();
  const measure = {
    backlog: 0,
    slotsUsed: 0,
    quarantineWaiting: 0,
    cpuCount: 8,
    freeMemoryBytes: 2 ** 34,
    eventLoopDelayMs: 1,
    ...given,
  };
  const actor = createActor(supervisorWith(processes.logic), {
    input: { min: 1, max: 4, slotsPerWorker: 2, now: () => clock.now(), ...input, measure: () => measure },
    clock,
    inspect: coverage.inspect,
  });
  const emitted: WorkerEmitted[] = [];
  const decisions: SupervisorEmitted[] = [];
  actor.on('*', (event) => {
    if (event.type === 'changed') return;
    if (event.type === 'resized' || event.type === 'isolated') decisions.push(event);
    else emitted.push(event);
  });
  actor.start();
  const views = () => workerViews(actor.getSnapshot());
  return {
    actor,
    clock,
    processes,
    emitted,
    decisions,
    measure,
    views,
    states: () => Object.fromEntries(views().map(({ id, state }) => [id, state])),
    value: () => actor.getSnapshot().value,
    use: (workerId: string, used: number) => {
      actor.send({ type: 'SLOTS', workerId, used });
      measure.slotsUsed = views().reduce((sum, view) => sum + view.slotsUsed, 0);
    },
  };
}

describe('supervisor machine', () => {
  it('starts the minimum and passes on what its workers say', () => {
    const { states, emitted, processes } = start({ min: 2 });
    expect(states()).toEqual({ 'worker:1': 'ready', 'worker:2': 'ready' });
    expect(emitted).toEqual([
      { type: 'ready', workerId: 'worker:1', pid: 1_000 },
      { type: 'ready', workerId: 'worker:2', pid: 1_001 },
    ]);
    expect(processes.all.map(({ input }) => input.slots)).toEqual([2, 2]);
  });

  it('tells of every change of a worker when the new state can be read', () => {
    const { actor, use, views, clock, processes } = start();
    const seen: string[] = [];
    actor.on('changed', ({ workerId }) => {
      const view = views().find(({ id }) => id === workerId);
      seen.push(`${workerId} ${view?.state ?? 'gone'} ${view?.slotsUsed ?? 0}`);
    });
    use('worker:1', 1);
    use('worker:1', 2);
    processes.of('worker:1').crash();
    clock.increment(100);
    expect(seen.slice(0, 3)).toEqual(['worker:1 ready 1', 'worker:1 saturated 2', 'worker:1 backingOff 0']);
    expect(seen.at(-1)).toBe('worker:1 ready 0');
  });

  it('counts free slots of the workers that take jobs', () => {
    const { actor, use, processes, measure } = start({ min: 3 });
    use('worker:1', 1);
    use('worker:2', 2);
    processes.of('worker:3').crash();
    measure.quarantineWaiting = 1;
    actor.send({ type: 'DEMAND_CHANGED' });
    expect(freeSlots(actor.getSnapshot())).toEqual([
      { workerId: 'worker:1', free: 1, quarantine: false },
      { workerId: 'worker:4', free: 1, quarantine: true },
    ]);
  });

  describe('growing and shrinking', () => {
    it('grows at once when the demand rises, and at the next tick when nobody said so', () => {
      const { actor, clock, measure, states } = start();
      measure.backlog = 4;
      actor.send({ type: 'DEMAND_CHANGED' });
      expect(Object.keys(states())).toHaveLength(2);
      measure.backlog = 8;
      clock.increment(250);
      expect(Object.keys(states())).toHaveLength(4);
      expect(actor.getSnapshot().context.wanted).toBe(4);
    });

    it('retires idle workers one at a time, never a busy one, and never reuses a number', () => {
      const { actor, clock, measure, states, use } = start({ measure: { backlog: 8 } });
      expect(Object.keys(states())).toEqual(['worker:1', 'worker:2', 'worker:3', 'worker:4']);
      measure.backlog = 0;
      use('worker:4', 1);
      advance(clock, shrinkAfterMs + 500, 250);
      expect(Object.keys(states())).toEqual(['worker:1', 'worker:2', 'worker:4']);
      advance(clock, shrinkAfterMs + 500, 250);
      expect(Object.keys(states())).toEqual(['worker:1', 'worker:4']);
      advance(clock, 10 * shrinkAfterMs, 250);
      expect(Object.keys(states())).toEqual(['worker:4']);
      measure.backlog = 2;
      actor.send({ type: 'DEMAND_CHANGED' });
      expect(Object.keys(states())).toEqual(['worker:4', 'worker:5']);
    });

    it('resizes when told to, and gives new workers the new number of slots', () => {
      const { actor, states, views, emitted } = start();
      actor.send({ type: 'RESIZE', min: 3, max: 3, slotsPerWorker: 7 });
      expect(views().map(({ slots }) => slots)).toEqual([2, 7, 7]);
      actor.send({ type: 'RESIZE', min: 1, max: 1 });
      expect(Object.keys(states())).toEqual(['worker:1']);
      expect(emitted.slice(-2).map(({ type, workerId }) => `${type} ${workerId}`)).toEqual([
        'stopped worker:2',
        'stopped worker:3',
      ]);
    });

    it('drains one worker when told to and starts another in its place', () => {
      const { actor, clock, processes, states } = start();
      processes.of('worker:1').jobs = 1;
      actor.send({ type: 'DRAIN_WORKER', workerId: 'worker:1' });
      actor.send({ type: 'DRAIN_WORKER', workerId: 'worker:99' });
      clock.increment(250);
      expect(states()).toEqual({ 'worker:1': 'draining', 'worker:2': 'ready' });
      processes.of('worker:1').finishJobs();
      expect(states()).toEqual({ 'worker:2': 'ready' });
    });
  });

  describe('watching', () => {
    it('beats every two seconds and has a silent worker killed and replaced by a new process', () => {
      const { clock, processes, states, emitted } = start({ min: 2 });
      advance(clock, 8_000, 250);
      expect(processes.of('worker:1').received).toHaveLength(4);
      const silent = processes.of('worker:1');
      silent.hung = true;
      advance(clock, 10_000, 250);
      expect(emitted.filter(({ type }) => type === 'lost')).toEqual([
        { type: 'lost', workerId: 'worker:1', reason: 'worker-unresponsive', exit: killed },
      ]);
      advance(clock, 250, 50);
      expect(states()).toEqual({ 'worker:1': 'ready', 'worker:2': 'ready' });
      expect(processes.all).toHaveLength(3);
    });

    it('kills nobody for its own absence, however often it is away', () => {
      const { clock, processes, emitted } = start({ min: 2 });
      for (const process of processes.all) process.hung = true;
      advance(clock, 6_500, 250);
      for (let i = 0; i < 10; i++) {
        clock.increment(30_000);
        advance(clock, 6_500, 250);
      }
      expect(emitted.filter(({ type }) => type === 'lost')).toEqual([]);
      expect(processes.all).toHaveLength(2);
      advance(clock, 10_000, 250);
      expect(emitted.filter(({ type }) => type === 'lost')).toHaveLength(2);
    });

    it('gives a starting worker its time anew after an absence', () => {
      const processes = new ScriptedProcesses();
      processes.onStart = () => undefined;
      const { clock, states } = start({ processes });
      clock.increment(30_000);
      expect(states()).toEqual({ 'worker:1': 'starting' });
      expect(processes.all).toHaveLength(1);
      processes.last.ready();
      expect(states()).toEqual({ 'worker:1': 'ready' });
    });

    it('goes on beating after the clock was set back', () => {
      let offset = 1_000_000_000;
      const clock = new SimulatedClock();
      const processes = new ScriptedProcesses();
      const measure = () => ({
        backlog: 0,
        slotsUsed: 0,
        quarantineWaiting: 0,
        cpuCount: 1,
        freeMemoryBytes: 2 ** 34,
        eventLoopDelayMs: 1,
      });
      const now = () => clock.now() + offset;
      createActor(supervisorWith(processes.logic), {
        input: { min: 1, max: 1, slotsPerWorker: 1, measure, now },
        clock,
      }).start();
      offset = 0;
      advance(clock, 4_500, 250);
      expect(processes.last.received.length).toBeGreaterThanOrEqual(1);
    });

    it('starts no more processes in a place that is broken, goes on with the others, and tries afresh after the window', () => {
      const { clock, processes, states, views, emitted } = start({ min: 2 });
      processes.onStart = (process) => (process.input.workerId === 'worker:1' ? process.crash() : process.ready());
      processes.of('worker:1').crash('exit code 7');
      advance(clock, 50_000, 50);
      expect(states()).toEqual({ 'worker:1': 'broken', 'worker:2': 'ready' });
      expect(views()[0]?.lastExit).toBe('restarted 10 times within 60 s; the last process: exit code 1');
      expect(emitted.filter(({ type }) => type === 'broken')).toHaveLength(1);
      advance(clock, 60_000, 50);
      expect(states()).toEqual({ 'worker:2': 'ready', 'worker:3': 'ready' });
    });

    it('survives a defect in a worker actor, kills its process and reports its jobs as lost', () => {
      const { clock, processes, states, emitted, actor } = start({ min: 2 });
      const worker = actor.getSnapshot().context.workers[0];
      // Not an event that anybody sends: its getter throws, as a defect in an action would.
      worker?.send({
        type: 'SLOTS',
        get used(): number {
          throw new Error('a defect');
        },
      });
      expect(states()).toEqual({ 'worker:2': 'ready' });
      expect(processes.of('worker:1').running).toBe(false);
      expect(emitted.slice(-2)).toMatchObject([
        { type: 'lost', workerId: 'worker:1', reason: 'worker-crashed', exit: { reason: /a defect/ } },
        { type: 'stopped', workerId: 'worker:1' },
      ]);
      clock.increment(250);
      expect(states()).toEqual({ 'worker:2': 'ready', 'worker:3': 'ready' });
    });
  });

  it('isolates suspects in one extra worker of one slot, and retires it when it is idle', () => {
    const { actor, clock, measure, views, states, use } = start({ max: 1 });
    measure.quarantineWaiting = 2;
    actor.send({ type: 'DEMAND_CHANGED' });
    expect(views()[1]).toMatchObject({ id: 'worker:2', purpose: 'quarantine', slots: 1, state: 'ready' });
    use('worker:2', 1);
    measure.quarantineWaiting = 0;
    advance(clock, 60_000, 250);
    expect(states()).toEqual({ 'worker:1': 'ready', 'worker:2': 'saturated' });
    use('worker:2', 0);
    clock.increment(250);
    expect(states()).toEqual({ 'worker:1': 'ready' });
  });

  it('says what it does about the size of the pool, and why', () => {
    const { actor, clock, measure, decisions, use } = start();
    measure.backlog = 4;
    actor.send({ type: 'DEMAND_CHANGED' });
    measure.backlog = 0;
    measure.quarantineWaiting = 1;
    use('worker:1', 2);
    clock.increment(250);
    measure.quarantineWaiting = 0;
    use('worker:1', 0);
    advance(clock, shrinkAfterMs + 500, 250);
    actor.send({ type: 'RESIZE', min: 2, max: 2 });
    expect(decisions).toEqual([
      { type: 'resized', from: 0, to: 1, reason: 'minimum', backlog: 0 },
      { type: 'resized', from: 1, to: 2, reason: 'backlog', backlog: 4 },
      { type: 'isolated', count: 1 },
      { type: 'resized', from: 2, to: 1, reason: 'surplus', backlog: 0 },
      { type: 'resized', from: 1, to: 2, reason: 'minimum', backlog: 0 },
    ]);
    expect(actor.getSnapshot().context).toMatchObject({ wanted: 2, reason: 'minimum', backlog: 0 });
  });

  it('restarts a worker: with a successor when it shall finish first, in its place when at once', () => {
    const { actor, processes, states, use } = start();
    processes.of('worker:1').jobs = 1;
    use('worker:1', 1);
    actor.send({ type: 'RESTART_WORKER', workerId: 'worker:1', how: 'when-done' });
    actor.send({ type: 'RESTART_WORKER', workerId: 'worker:1', how: 'when-done' });
    actor.send({ type: 'RESTART_WORKER', workerId: 'worker:9', how: 'now' });
    expect(states()).toEqual({ 'worker:1': 'draining', 'worker:2': 'ready' });
    processes.of('worker:1').finishJobs();
    actor.send({ type: 'RESTART_WORKER', workerId: 'worker:2', how: 'now' });
    expect(states()).toEqual({ 'worker:2': 'ready' });
    expect(processes.all).toHaveLength(3);
    processes.of('worker:2').crash();
    actor.send({ type: 'RESTART_WORKER', workerId: 'worker:2', how: 'when-done' });
    expect(states()).toEqual({ 'worker:2': 'ready' });
  });

  it('kills a worker that did not confirm a stop, and no other', () => {
    const { actor, processes, states } = start({ min: 2 });
    actor.send({ type: 'UNCONFIRMED', workerId: 'worker:1' });
    actor.send({ type: 'UNCONFIRMED', workerId: 'worker:9' });
    expect(processes.of('worker:1').received).toEqual([{ type: 'KILL' }]);
    expect(states()).toEqual({ 'worker:1': 'backingOff', 'worker:2': 'ready' });
  });

  describe('stopping', () => {
    it('drains all workers and ends with the last of their processes', () => {
      const { actor, clock, processes, states, value, use } = start({ min: 2 });
      processes.of('worker:2').jobs = 1;
      use('worker:2', 1);
      actor.send({ type: 'STOP' });
      expect(value()).toBe('draining');
      expect(states()).toEqual({ 'worker:2': 'draining' });
      advance(clock, 10_000, 250);
      expect(states()).toEqual({ 'worker:2': 'draining' });
      use('worker:2', 0);
      processes.of('worker:2').finishJobs();
      expect(actor.getSnapshot().status).toBe('done');
      expect(processes.running).toEqual([]);
    });

    it('kills all at once when told to, from the start or while they drain', () => {
      for (const first of ['STOP', undefined] as const) {
        const { actor, processes, emitted, use } = start({ min: 2 });
        for (const [id, process] of processes.all.entries()) {
          process.jobs = 1;
          use(`worker:${id + 1}`, 1);
        }
        if (first !== undefined) actor.send({ type: first });
        actor.send({ type: 'STOP_NOW' });
        expect(actor.getSnapshot().status).toBe('done');
        expect(processes.running).toEqual([]);
        expect(
          emitted
            .slice(-4)
            .map((event) => `${event.type} ${event.workerId}`)
            .toSorted(),
        ).toEqual(['lost worker:1', 'lost worker:2', 'stopped worker:1', 'stopped worker:2']);
      }
    });

    it('finds out a worker that hangs while it drains', () => {
      const { actor, clock, processes } = start();
      processes.last.hung = true;
      actor.send({ type: 'STOP' });
      advance(clock, 11_000, 250);
      expect(actor.getSnapshot().status).toBe('done');
      expect(processes.running).toEqual([]);
    });

    it('ends with workers that are backing off, starting and broken as well', () => {
      const processes = new ScriptedProcesses();
      processes.onStart = ({ input }) => {
        if (input.workerId === 'worker:1') processes.of('worker:1').crash();
      };
      const restarts = { maxRestarts: 0, windowMs: 60_000 };
      const workerLimits = { startTimeoutMs: 10_000, missedBeats: 3, restarts };
      const { actor, states } = start({ processes, min: 2, workerLimits });
      expect(states()).toEqual({ 'worker:1': 'broken', 'worker:2': 'starting' });
      actor.send({ type: 'STOP' });
      expect(actor.getSnapshot().status).toBe('done');
      expect(processes.running).toEqual([]);
    });

    it('leaves no process behind when the actor is stopped from outside', () => {
      const { actor, processes } = start({ min: 3 });
      actor.stop();
      expect(processes.running).toEqual([]);
    });
  });

  it('has all its transitions taken by these tests', () => {
    expect(coverage.missed()).toEqual([]);
  });
});
