/** How a worker's processes end, and what is kept of that: who was blamed, what was lost, how long it ran. */
import { createActor, SimulatedClock } from 'xstate';
import { describe, expect, it } from 'vitest';
import { defaultWorkerLimits, type WorkerEmitted, type WorkerInput } from '../../machines/worker.context.ts';
import { workerMachine, workerState, workerView } from '../../machines/worker.machine.ts';
import { killed, type ScriptedProcess, ScriptedProcesses, stats } from '../support/scripted-process.ts';

function start(input: Partial<WorkerInput> = {}, onStart?: (process: ScriptedProcess) => void) {
  const processes = new ScriptedProcesses();
  if (onStart !== undefined) processes.onStart = onStart;
  const clock = new SimulatedClock();
  const actor = createActor(workerMachine.provide({ actors: { process: processes.logic } }), {
    input: { id: 'worker:1', slots: 2, purpose: 'regular', now: () => clock.now(), ...input },
    clock,
  });
  const emitted: WorkerEmitted[] = [];
  actor.on('*', (event) => emitted.push(event));
  actor.start();
  return {
    actor,
    clock,
    processes,
    state: () => workerState(actor.getSnapshot()),
    view: () => workerView(actor.getSnapshot()),
    /** What was lost since the last look, and why. */
    lost: () => emitted.splice(0).flatMap((event) => (event.type === 'lost' ? [event.reason] : [])),
  };
}

/** The kernel takes its time: the end is told when the test says so. */
function slowToDie(process: ScriptedProcess): void {
  process.receive = (command) => void process.received.push(command);
  process.ready();
}

const silent = (beats: number, worker: ReturnType<typeof start>): void => {
  for (let n = 0; n < beats; n += 1) worker.actor.send({ type: 'BEAT' });
};

describe('the end of a process', () => {
  it('is kept with its reason, its code, how long it ran and what it had; the newest first, ten at most', () => {
    let elapsed = 0;
    const { actor, clock, processes, view } = start({ now: () => 50_000 + elapsed });
    actor.send({ type: 'SLOTS', used: 2 });
    elapsed = 700;
    processes.last.crash('boom');
    clock.increment(100);
    elapsed = 1_000;
    processes.last.exit();
    expect(view()).toMatchObject({
      pid: null,
      readyAt: null,
      stats: null,
      statsAt: null,
      cpuShare: null,
      slotsUsed: 0,
    });
    expect(view().exits).toEqual([
      {
        at: 51_000,
        why: 'ended by itself with exit code 0',
        code: 0,
        signal: null,
        pid: 1_001,
        ranMs: 300,
        slotsUsed: 0,
      },
      { at: 50_700, why: 'boom', code: 1, signal: null, pid: 1_000, ranMs: 700, slotsUsed: 2 },
    ]);
  });

  it('of one that never was ready has no time; a clock that went back makes none negative', () => {
    const never = start({}, (process) => process.crash());
    expect(never.view().exits[0]).toMatchObject({ ranMs: null, pid: null });
    let now = 5_000;
    const { processes, view } = start({ now: () => now });
    now = 1_000;
    processes.last.crash();
    expect(view().exits[0]).toMatchObject({ at: 1_000, ranMs: 0 });
  });

  it('is remembered ten times', () => {
    const restarts = { maxRestarts: 100, windowMs: 60_000 };
    const { clock, processes, view } = start({ limits: { ...defaultWorkerLimits, restarts } });
    for (let n = 0; n < 12; n += 1) {
      processes.last.crash(`crash ${n}`);
      clock.increment(10_000);
    }
    expect(view().exits.map(({ why }) => why)).toEqual(Array.from({ length: 10 }, (_, n) => `crash ${11 - n}`));
  });

  it('for the last time says how often it was tried', () => {
    const restarts = { maxRestarts: 1, windowMs: 60_000 };
    const { clock, processes, state, view } = start({ limits: { ...defaultWorkerLimits, restarts } });
    processes.last.crash();
    clock.increment(100);
    processes.last.crash();
    expect(state()).toBe('broken');
    expect(view().lastExit).toBe('restarted once within 60 s; the last process: exit code 1');
  });

  it('without process logic is that of a machine that was put together wrongly', () => {
    const actor = createActor(workerMachine, {
      input: { id: 'worker:4', slots: 1, purpose: 'regular', now: () => 0 },
      clock: new SimulatedClock(),
    });
    actor.start();
    expect(workerView(actor.getSnapshot()).lastExit).toContain('worker:4 has no process logic');
  });
});

describe('a worker that is told to go', () => {
  it.each(['DRAIN', 'KILL'] as const)('by %s and falls silent is gone with its process: none follows it', (type) => {
    const worker = start({}, slowToDie);
    worker.actor.send({ type });
    silent(5, worker);
    expect(worker.state()).toBe('unresponsive');
    worker.processes.last.exit(killed);
    expect(worker.state()).toBe('stopped');
    expect(worker.processes.all).toHaveLength(1);
  });

  it('before it is ready is killed, and says so; also when the kernel takes its time', () => {
    const worker = start({}, (process) => {
      process.receive = (command) => void process.received.push(command);
    });
    worker.actor.send({ type: 'DRAIN' });
    expect(worker.processes.last.received).toEqual([{ type: 'KILL' }]);
    silent(5, worker);
    expect(worker.state()).toBe('unresponsive');
    worker.processes.last.exit(killed);
    expect(worker.state()).toBe('stopped');
    expect(worker.view().lastExit).toBe('was stopped before it was ready');
  });

  it('and confirms no stop while it finishes is killed for that, and what it had was not its crash', () => {
    const { actor, processes, state, view, lost } = start();
    processes.last.jobs = 1;
    actor.send({ type: 'SLOTS', used: 1 });
    actor.send({ type: 'DRAIN' });
    actor.send({ type: 'UNCONFIRMED' });
    expect(state()).toBe('stopped');
    expect(lost()).toEqual(['worker-drained']);
    expect(view().lastExit).toBe('did not confirm that it had stopped a request, and was killed');
  });

  it('while another process is to take its place goes with what it had', () => {
    const { actor, processes, state, view, lost } = start({}, slowToDie);
    actor.send({ type: 'SLOTS', used: 1 });
    actor.send({ type: 'REPLACE' });
    actor.send({ type: 'DRAIN' });
    processes.last.exit(killed);
    expect(state()).toBe('stopped');
    expect(lost()).toEqual(['worker-drained']);
    expect(view().exits).toMatchObject([{ why: 'was restarted by hand', slotsUsed: 1 }]);
  });
});

it('a worker that ends when it is done keeps how that was', () => {
  const { actor, view, state, lost } = start();
  actor.send({ type: 'DRAIN' });
  expect(state()).toBe('stopped');
  expect(lost()).toEqual([]);
  expect(view()).toMatchObject({ lastExit: 'ended by itself with exit code 0', pid: null, exits: [{ code: 0 }] });
});

it('the share of a core is what was used since the stats before, and never less than nothing', () => {
  const { actor, clock, processes, view } = start();
  const shares = [
    { cpuMs: 0, afterMs: 1_000 },
    { cpuMs: 500, afterMs: 1_000 },
    { cpuMs: 400, afterMs: 1_000 },
    { cpuMs: 400, afterMs: 0 },
    { cpuMs: 401, afterMs: 1 },
  ].map(({ cpuMs, afterMs }) => {
    processes.last.report = { ...stats, cpuMs };
    clock.increment(afterMs);
    actor.send({ type: 'BEAT' });
    return view().cpuShare;
  });
  // Nothing to compare with at first; no time has passed before the last but one.
  expect(shares).toEqual([null, 0.5, 0, null, 1]);
});

describe('a worker that is restarted by hand', () => {
  it.each([0, 2])('with %i slots in use starts anew at once, and all that was is forgiven', (used) => {
    const { actor, clock, processes, state, view, lost } = start();
    processes.last.crash();
    clock.increment(100);
    actor.send({ type: 'SLOTS', used });
    lost();
    actor.send({ type: 'REPLACE' });
    expect(lost()).toEqual(used === 0 ? [] : ['worker-drained']);
    expect(state()).toBe('ready');
    expect(processes.all).toHaveLength(3);
    expect(view()).toMatchObject({ restarts: 2, pid: 1_002, slotsUsed: 0, lastExit: 'was restarted by hand' });
    expect(view().exits.map(({ why }) => why)).toEqual(['was restarted by hand', 'exit code 1']);
    expect(actor.getSnapshot().context.restartTimes).toEqual([]);
  });

  it('while it waits for its next process has it at once', () => {
    const { actor, processes, state, view } = start();
    processes.last.crash();
    expect(state()).toBe('backingOff');
    actor.send({ type: 'REPLACE' });
    expect(state()).toBe('ready');
    expect(view().restarts).toBe(1);
    expect(actor.getSnapshot().context.restartTimes).toEqual([]);
  });

  it('when it is broken has another chance', () => {
    const restarts = { maxRestarts: 0, windowMs: 60_000 };
    const { actor, processes, state, view } = start({ limits: { ...defaultWorkerLimits, restarts } });
    processes.last.crash();
    expect(state()).toBe('broken');
    actor.send({ type: 'REPLACE' });
    expect(state()).toBe('ready');
    expect(view().restarts).toBe(1);
  });
});

it('a worker keeps the number of its used slots as it is told', () => {
  const { actor, view, state } = start({ slots: 3 });
  const seen = [1, 2, 3, 4, 2, 0].map((used) => {
    actor.send({ type: 'SLOTS', used });
    return `${view().slotsUsed} ${state()}`;
  });
  expect(seen).toEqual(['1 ready', '2 ready', '3 saturated', '4 saturated', '2 ready', '0 ready']);
});
