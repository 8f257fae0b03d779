import { createActor, fromCallback, SimulatedClock } from 'xstate';
import { describe, expect, it } from 'vitest';
import {
  defaultWorkerLimits,
  type ProcessCommand,
  type ProcessInput,
  type WorkerEmitted,
  type WorkerInput,
  type WorkerProcessLogic,
} from '../../machines/worker.context.ts';
import { workerMachine, workerState, workerView } from '../../machines/worker.machine.ts';
import { advance } from '../support/advance.ts';
import { killed, ScriptedProcesses, stats } from '../support/scripted-process.ts';
import { transitionCoverage } from '../support/transition-coverage.ts';

const coverage = transitionCoverage(workerMachine);

function start(options: { logic?: WorkerProcessLogic; processes?: ScriptedProcesses } & Partial<WorkerInput> = {}) {
  const { logic, processes = new ScriptedProcesses(), ...input } = options;
  const clock = new SimulatedClock();
  const machine = workerMachine.provide({ actors: { process: logic ?? processes.logic } });
  const actor = createActor(machine, {
    input: { id: 'worker:1', slots: 2, purpose: 'regular', now: () => clock.now(), ...input },
    clock,
    inspect: coverage.inspect,
  });
  const emitted: WorkerEmitted[] = [];
  actor.on('*', (event) => emitted.push(event));
  actor.start();
  return {
    actor,
    clock,
    processes,
    emitted,
    state: () => workerState(actor.getSnapshot()),
    view: () => workerView(actor.getSnapshot()),
    take: () => emitted.splice(0),
  };
}

/** Not ready until the test says so. */
function slowProcesses(): ScriptedProcesses {
  const processes = new ScriptedProcesses();
  processes.onStart = () => undefined;
  return processes;
}

describe('worker machine', () => {
  it('is ready when its process is, and says so with its pid', () => {
    const { processes, state, view, take } = start({ processes: slowProcesses() });
    expect(state()).toBe('starting');
    expect(processes.last.input).toEqual({ workerId: 'worker:1', slots: 2 });
    processes.last.ready();
    expect(state()).toBe('ready');
    expect(view()).toMatchObject({ id: 'worker:1', pid: 1_000, slots: 2, slotsUsed: 0, restarts: 0, lastExit: null });
    expect(take()).toEqual([{ type: 'ready', workerId: 'worker:1', pid: 1_000 }]);
  });

  it('is saturated while all its slots are used', () => {
    const { actor, state, view } = start();
    const states = [1, 2, 2, 1, 0, 3].map((used) => {
      actor.send({ type: 'SLOTS', used });
      return `${view().slotsUsed} ${state()}`;
    });
    expect(states).toEqual(['1 ready', '2 saturated', '2 saturated', '1 ready', '0 ready', '3 saturated']);
  });

  it('keeps the stats of the last heartbeat', () => {
    const { actor, view, processes } = start();
    actor.send({ type: 'BEAT' });
    expect(processes.last.received).toEqual([{ type: 'HEARTBEAT', seq: 1 }]);
    expect(view().stats).toEqual(stats);
  });

  describe('that crashes', () => {
    it('reports what is lost and starts another process after a backoff that doubles', () => {
      const { actor, clock, processes, state, view, take } = start();
      actor.send({ type: 'SLOTS', used: 2 });
      take();
      for (const [restart, delayMs] of [100, 200, 400, 800].entries()) {
        processes.last.crash(`boom ${restart}`);
        expect(state()).toBe('backingOff');
        expect(view()).toMatchObject({ pid: null, slotsUsed: 0, stats: null, lastExit: `boom ${restart}` });
        const exit = { kind: 'crashed', code: 1, signal: null, reason: `boom ${restart}` };
        expect(take()).toEqual([{ type: 'lost', workerId: 'worker:1', reason: 'worker-crashed', exit }]);
        clock.increment(delayMs - 1);
        expect(processes.all).toHaveLength(restart + 1);
        clock.increment(1);
        expect(state()).toBe('ready');
        expect(take()).toEqual([{ type: 'ready', workerId: 'worker:1', pid: 1_001 + restart }]);
        expect(view().restarts).toBe(restart + 1);
      }
    });

    it('counts an end that nobody asked for as a crash, with whatever exit code', () => {
      const { processes, state, view, take } = start();
      take();
      processes.last.exit();
      expect(state()).toBe('backingOff');
      expect(view().lastExit).toBe('ended by itself with exit code 0');
      expect(take()).toMatchObject([{ type: 'lost', reason: 'worker-crashed', exit: { kind: 'exited' } }]);
    });

    it('goes back to quick restarts when it has run well for longer than the window', () => {
      const { clock, processes } = start();
      for (let i = 0; i < 5; i++) {
        processes.last.crash();
        clock.increment(10_000);
      }
      clock.increment(defaultWorkerLimits.restarts.windowMs);
      processes.last.crash();
      const before = processes.all.length;
      clock.increment(100);
      expect(processes.all).toHaveLength(before + 1);
    });

    it('is broken after more restarts than the limit, shows why, and starts no more', () => {
      const processes = new ScriptedProcesses();
      processes.onStart = (process) => process.crash('exit code 1: Error: no such module');
      const { actor, clock, state, view, emitted, take } = start({ processes });
      advance(clock, defaultWorkerLimits.restarts.windowMs);
      expect(state()).toBe('broken');
      expect(processes.all).toHaveLength(1 + defaultWorkerLimits.restarts.maxRestarts);
      const reason = 'restarted 10 times within 60 s; the last process: exit code 1: Error: no such module';
      expect(view().lastExit).toBe(reason);
      expect(emitted.at(-1)).toEqual({ type: 'broken', workerId: 'worker:1', reason });
      advance(clock, 3_600_000, 1_000);
      expect(processes.all).toHaveLength(11);
      take();
      actor.send({ type: 'DRAIN' });
      expect(actor.getSnapshot().status).toBe('done');
      expect(take()).toEqual([{ type: 'stopped', workerId: 'worker:1' }]);
    });

    it('treats process logic that throws as a crash', () => {
      const logic = fromCallback<ProcessCommand, ProcessInput>(() => {
        throw new Error('fork is not allowed here');
      });
      const { state, view, take } = start({ logic });
      expect(state()).toBe('backingOff');
      expect(view().lastExit).toBe('fork is not allowed here');
      expect(take()).toMatchObject([{ type: 'lost', exit: { reason: 'fork is not allowed here' } }]);
    });
  });

  describe('that falls silent', () => {
    it('is killed after more than three missed beats, and its end is a loss of its own kind', () => {
      const { actor, processes, state, view, take, clock } = start();
      take();
      const process = processes.last;
      process.hung = true;
      for (let i = 0; i < 4; i++) actor.send({ type: 'BEAT' });
      expect(state()).toBe('ready');
      // The exit comes when the system has ended the process, not when it was killed.
      process.receive = (command) => void process.received.push(command);
      actor.send({ type: 'BEAT' });
      expect(state()).toBe('unresponsive');
      actor.send({ type: 'BEAT' });
      expect(process.received.filter(({ type }) => type === 'KILL')).toHaveLength(1);
      expect(take()).toEqual([]);
      process.exit(killed);
      expect(state()).toBe('backingOff');
      expect(view().lastExit).toBe('answered no heartbeat and was killed');
      expect(take()).toEqual([{ type: 'lost', workerId: 'worker:1', reason: 'worker-unresponsive', exit: killed }]);
      clock.increment(100);
      expect(state()).toBe('ready');
      for (let i = 0; i < 10; i++) actor.send({ type: 'BEAT' });
      expect(state()).toBe('ready');
    });

    it('starts a new count when it answers', () => {
      const { actor, processes, state } = start();
      const process = processes.last;
      process.hung = true;
      for (let i = 0; i < 3; i++) actor.send({ type: 'BEAT' });
      process.hung = false;
      actor.send({ type: 'BEAT' });
      process.hung = true;
      for (let i = 0; i < 4; i++) actor.send({ type: 'BEAT' });
      expect(state()).toBe('ready');
      actor.send({ type: 'GRACE' });
      for (let i = 0; i < 4; i++) actor.send({ type: 'BEAT' });
      expect(state()).toBe('ready');
      actor.send({ type: 'BEAT' });
      expect(state()).toBe('backingOff');
    });

    it('at its start is killed after 10 s, counted anew after the supervisor was away', () => {
      const { actor, clock, processes, state, view } = start({ processes: slowProcesses() });
      clock.increment(9_000);
      actor.send({ type: 'BEAT' });
      expect(processes.last.received).toEqual([]);
      actor.send({ type: 'GRACE' });
      clock.increment(9_999);
      expect(state()).toBe('starting');
      expect(processes.all).toHaveLength(1);
      clock.increment(1);
      expect(processes.last.received).toEqual([{ type: 'KILL' }]);
      expect(view()).toMatchObject({ state: 'backingOff', lastExit: 'was not ready in time and was killed' });
    });

    it('is not started again when it was told to go while its end was awaited', () => {
      for (const type of ['DRAIN', 'KILL'] as const) {
        const { actor, processes, state, take } = start();
        take();
        const process = processes.last;
        process.receive = (command) => void process.received.push(command);
        for (let i = 0; i < 5; i++) actor.send({ type: 'BEAT' });
        expect(state()).toBe('unresponsive');
        actor.send({ type });
        process.exit(killed);
        expect(state()).toBe('stopped');
        expect(take().map((event) => event.type)).toEqual(['lost', 'stopped']);
      }
    });
  });

  describe('that does not confirm a stop', () => {
    it('is killed, whatever its heartbeats say, and another process starts', () => {
      const { actor, clock, processes, state, view, take } = start();
      actor.send({ type: 'SLOTS', used: 1 });
      take();
      actor.send({ type: 'UNCONFIRMED' });
      expect(processes.all[0]?.received).toEqual([{ type: 'KILL' }]);
      expect(take()).toMatchObject([{ type: 'lost', reason: 'worker-unresponsive', exit: killed }]);
      expect(view()).toMatchObject({
        state: 'backingOff',
        lastExit: 'did not confirm that it had stopped a request, and was killed',
      });
      clock.increment(100);
      expect(state()).toBe('ready');
    });

    it('is killed once, also while it drains', () => {
      const { actor, processes, state } = start();
      const process = processes.last;
      process.receive = (command) => void process.received.push(command);
      actor.send({ type: 'DRAIN' });
      actor.send({ type: 'UNCONFIRMED' });
      expect(process.received).toEqual([{ type: 'DRAIN' }, { type: 'KILL' }]);
      process.exit(killed);
      expect(state()).toBe('stopped');

      const other = start();
      const hung = other.processes.last;
      hung.receive = (command) => void hung.received.push(command);
      other.actor.send({ type: 'UNCONFIRMED' });
      other.actor.send({ type: 'UNCONFIRMED' });
      expect(hung.received).toEqual([{ type: 'KILL' }]);
    });

    it('does not pay for the process that was there before', () => {
      const { actor, processes, state } = start({ processes: slowProcesses() });
      actor.send({ type: 'UNCONFIRMED' });
      expect(state()).toBe('starting');
      expect(processes.last.received).toEqual([]);
    });
  });

  describe('that drains', () => {
    it('ends when its jobs are done, with nothing lost', () => {
      const { actor, processes, state, take } = start();
      const process = processes.last;
      process.jobs = 2;
      actor.send({ type: 'SLOTS', used: 2 });
      take();
      actor.send({ type: 'DRAIN' });
      expect(state()).toBe('draining');
      actor.send({ type: 'DRAIN' });
      expect(process.received).toEqual([{ type: 'DRAIN' }]);
      actor.send({ type: 'SLOTS', used: 0 });
      process.finishJobs();
      expect(actor.getSnapshot().status).toBe('done');
      expect(take()).toEqual([{ type: 'stopped', workerId: 'worker:1' }]);
    });

    it('reports what it left behind, and whose fault that is', () => {
      const ends = [
        { how: 'exits early', end: (process: ScriptedProcesses['last']) => process.exit(), reason: 'worker-drained' },
        { how: 'crashes', end: (process: ScriptedProcesses['last']) => process.crash(), reason: 'worker-crashed' },
      ];
      for (const { how, end, reason } of ends) {
        const { actor, processes, state, take } = start();
        processes.last.jobs = 1;
        actor.send({ type: 'SLOTS', used: 1 });
        take();
        actor.send({ type: 'DRAIN' });
        end(processes.last);
        expect(take(), how).toMatchObject([{ type: 'lost', reason }, { type: 'stopped' }]);
        expect(state()).toBe('stopped');
      }
    });

    it('ends at once when it is killed, with its jobs drained, not crashed', () => {
      for (const before of ['DRAIN', undefined] as const) {
        const { actor, processes, take, view } = start();
        processes.last.jobs = 1;
        actor.send({ type: 'SLOTS', used: 1 });
        take();
        if (before !== undefined) actor.send({ type: before });
        actor.send({ type: 'KILL' });
        expect(take()).toMatchObject([{ type: 'lost', reason: 'worker-drained', exit: killed }, { type: 'stopped' }]);
        expect(view().lastExit).toBe('was stopped');
      }
    });

    it('is found out when it hangs', () => {
      const { actor, processes, state, take } = start();
      processes.last.hung = true;
      actor.send({ type: 'DRAIN' });
      take();
      for (let i = 0; i < 5; i++) actor.send({ type: 'BEAT' });
      expect(state()).toBe('stopped');
      expect(take()).toMatchObject([{ type: 'lost', reason: 'worker-unresponsive' }, { type: 'stopped' }]);
    });

    it('is killed when it was not ready yet: it has no jobs', () => {
      const { actor, processes, take } = start({ processes: slowProcesses() });
      actor.send({ type: 'DRAIN' });
      expect(processes.last.received).toEqual([{ type: 'KILL' }]);
      expect(take()).toEqual([{ type: 'stopped', workerId: 'worker:1' }]);
    });

    it('stops at once between two processes', () => {
      for (const type of ['DRAIN', 'KILL'] as const) {
        const { actor, clock, processes } = start();
        processes.last.crash();
        actor.send({ type });
        clock.increment(60_000);
        expect(actor.getSnapshot().status).toBe('done');
        expect(processes.all).toHaveLength(1);
      }
    });

    it('can be told to kill a broken worker too', () => {
      const processes = new ScriptedProcesses();
      processes.onStart = (process) => process.crash();
      const limits = { ...defaultWorkerLimits, restarts: { maxRestarts: 0, windowMs: 1_000 } };
      const { actor, state } = start({ processes, limits });
      expect(state()).toBe('broken');
      actor.send({ type: 'KILL' });
      expect(state()).toBe('stopped');
    });
  });

  describe('that is to be restarted at once', () => {
    const restart = (processes = new ScriptedProcesses()) => {
      const started = start({ processes });
      const process = processes.last;
      // The exit comes when the system has ended the process, not when it was killed.
      process.receive = (command) => void process.received.push(command);
      return { ...started, process };
    };

    it('gives back what it ran, and has another process at once, in the same place', () => {
      const { actor, process, processes, state, view, take, clock } = restart();
      actor.send({ type: 'SLOTS', used: 2 });
      take();
      clock.increment(5_000);
      for (const type of ['REPLACE', 'REPLACE', 'BEAT', 'UNCONFIRMED'] as const) actor.send({ type });
      expect(state()).toBe('replacing');
      expect(process.received).toEqual([{ type: 'KILL' }]);
      process.exit(killed);
      expect(state()).toBe('ready');
      expect(processes.all).toHaveLength(2);
      expect(take()).toEqual([
        { type: 'lost', workerId: 'worker:1', reason: 'worker-drained', exit: killed },
        { type: 'ready', workerId: 'worker:1', pid: 1_001 },
      ]);
      const why = 'was restarted by hand';
      expect(view()).toMatchObject({ restarts: 1, lastExit: why, readyAt: 5_000, slotsUsed: 0 });
      expect(view().exits).toEqual([
        { at: 5_000, why, code: null, signal: 'SIGKILL', pid: 1_000, ranMs: 5_000, slotsUsed: 2 },
      ]);
    });

    it('loses nothing when it had no jobs, and ends for good when it was told to go meanwhile', () => {
      const idle = restart();
      idle.take();
      idle.actor.send({ type: 'REPLACE' });
      idle.process.exit(killed);
      expect(idle.take()).toEqual([{ type: 'ready', workerId: 'worker:1', pid: 1_001 }]);
      for (const type of ['DRAIN', 'KILL'] as const) {
        const { actor, process, processes, state } = restart();
        actor.send({ type: 'REPLACE' });
        actor.send({ type });
        process.exit(killed);
        expect(state()).toBe('stopped');
        expect(processes.all).toHaveLength(1);
      }
    });

    it('does not wait when it was backing off or broken, and gets all its restarts anew', () => {
      const processes = new ScriptedProcesses();
      const limits = { ...defaultWorkerLimits, restarts: { maxRestarts: 1, windowMs: 60_000 } };
      const { actor, clock, state } = start({ processes, limits });
      processes.last.crash();
      actor.send({ type: 'REPLACE' });
      expect(state()).toBe('ready');
      processes.last.crash();
      clock.increment(100);
      processes.last.crash();
      expect(state()).toBe('broken');
      actor.send({ type: 'REPLACE' });
      expect(state()).toBe('ready');
      processes.last.crash();
      expect(state()).toBe('backingOff');
    });

    it('is left alone while its process is on its way or is ending', () => {
      const starting = start({ processes: slowProcesses() });
      starting.actor.send({ type: 'REPLACE' });
      expect(starting.processes.last.received).toEqual([]);
      const { actor, process, state } = restart();
      actor.send({ type: 'DRAIN' });
      actor.send({ type: 'REPLACE' });
      expect(state()).toBe('draining');
      expect(process.received).toEqual([{ type: 'DRAIN' }]);
      const silent = restart();
      for (let i = 0; i < 5; i++) silent.actor.send({ type: 'BEAT' });
      silent.actor.send({ type: 'REPLACE' });
      expect(silent.state()).toBe('unresponsive');
    });
  });

  it('tells the share of a core that its process has used between two heartbeats', () => {
    const { actor, clock, processes, view } = start();
    const process = processes.last;
    const shares = [1_000, 1_500, 3_500, 100].map((cpuMs) => {
      clock.increment(2_000);
      process.report = { ...stats, cpuMs };
      actor.send({ type: 'BEAT' });
      return view().cpuShare;
    });
    expect(shares).toEqual([null, 0.25, 1, 0]);
  });

  it('remembers the last ten ends of its processes', () => {
    const { clock, processes, view } = start();
    for (let i = 0; i < 12; i++) {
      processes.last.crash(`boom ${i}`);
      clock.increment(60_000);
    }
    expect(view().exits.map(({ why }) => why)).toEqual(Array.from({ length: 10 }, (_, i) => `boom ${11 - i}`));
  });

  it('takes its process along when it is stopped from outside', () => {
    const { actor, processes } = start();
    actor.stop();
    expect(processes.running).toEqual([]);
  });

  it('has all its transitions taken by these tests', () => {
    expect(coverage.missed()).toEqual([]);
  });
});
