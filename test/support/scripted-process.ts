/** Worker processes that a machine test plays by hand: they do what real ones do, at once, until they are told to hang. */
import { fromCallback } from 'xstate';
import type { ProcessCommand, ProcessEvent, ProcessInput, WorkerProcessLogic } from '../../machines/worker.context.ts';
import type { WorkerExit } from '../../src/protocol/worker.ts';

export const stats = { slotsUsed: 0, rssBytes: 50 * 1024 * 1024, cpuMs: 1, eventLoopDelayMs: 1 };
export const killed: WorkerExit = { kind: 'crashed', code: null, signal: 'SIGKILL', reason: 'ended by SIGKILL' };

export class ScriptedProcess {
  readonly input: ProcessInput;
  readonly pid: number;
  readonly received: ProcessCommand[] = [];
  running = true;
  /** Hangs: answers no heartbeat and does not drain. Only a kill ends it. */
  hung = false;
  /** Jobs to finish before it ends when it drains. */
  jobs = 0;
  /** What it reports of itself. */
  report = stats;
  #draining = false;
  readonly #tell: (event: ProcessEvent) => void;

  constructor(input: ProcessInput, pid: number, tell: (event: ProcessEvent) => void) {
    this.input = input;
    this.pid = pid;
    this.#tell = tell;
  }

  ready(): void {
    if (this.running) this.#tell({ type: 'PROCESS_READY', pid: this.pid });
  }

  exit(exit: WorkerExit = { kind: 'exited' }): void {
    if (!this.running) return;
    this.running = false;
    this.#tell({ type: 'PROCESS_EXITED', exit });
  }

  crash(reason = 'exit code 1'): void {
    this.exit({ kind: 'crashed', code: 1, signal: null, reason });
  }

  finishJobs(): void {
    this.jobs = 0;
    if (this.#draining) this.exit();
  }

  receive(command: ProcessCommand): void {
    this.received.push(command);
    if (command.type === 'KILL') this.exit(killed);
    if (this.hung || !this.running) return;
    if (command.type === 'HEARTBEAT') this.#tell({ type: 'PROCESS_PONG', seq: command.seq, stats: this.report });
    if (command.type === 'DRAIN') {
      this.#draining = true;
      if (this.jobs === 0) this.exit();
    }
  }
}

export class ScriptedProcesses {
  /** All that were ever started, in order. */
  readonly all: ScriptedProcess[] = [];
  /** What a process does when it starts; by default it is ready at once. */
  onStart: (process: ScriptedProcess) => void = (process) => process.ready();

  readonly logic: WorkerProcessLogic = fromCallback<ProcessCommand, ProcessInput>(({ input, sendBack, receive }) => {
    const process = new ScriptedProcess(input, 1_000 + this.all.length, sendBack);
    this.all.push(process);
    receive((command) => process.receive(command));
    this.onStart(process);
    return () => {
      process.running = false;
    };
  });

  get running(): ScriptedProcess[] {
    return this.all.filter((process) => process.running);
  }

  /** The newest process of this worker. */
  of(workerId: string): ScriptedProcess {
    const process = this.all.findLast((one) => one.input.workerId === workerId);
    if (process === undefined) throw new Error(`${workerId} has never had a process`);
    return process;
  }

  get last(): ScriptedProcess {
    const process = this.all.at(-1);
    if (process === undefined) throw new Error('no process was ever started');
    return process;
  }
}
