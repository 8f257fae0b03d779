/** Worker processes as children of a Node process: one `fork` each, with its IPC channel. */
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Log, WorkerEvents, WorkerHost, WorkerProcess } from '../../engine/ports.ts';
import { type WorkerExit, WorkerToEngine } from '../../protocol/worker.ts';
import { workerEnvironment } from '../common/worker-environment.ts';
import { explainExit, LastLines } from '../common/worker-exit.ts';

export interface ChildProcessWorkerHostOptions {
  /** The worker's module: the built `out/worker/worker.mjs`, or `src/worker/main.ts` where Node strips types. */
  entry: string;
  /** Absent: the Node that runs this process. */
  execPath?: string;
  execArgv?: readonly string[];
  /**
   * Asked for each process that is started. Absent: the few variables of this process that a worker needs; never one that
   * holds a key.
   */
  env?: () => NodeJS.ProcessEnv;
  /** Gets what workers write to stdout and stderr, line by line, with `worker` in its fields. */
  log?: Log;
}

/** Parsing costs 0.3 us a message. */
const Batch = z.array(WorkerToEngine);

export function createChildProcessWorkerHost(options: ChildProcessWorkerHostOptions): WorkerHost {
  const log: Log = options.log ?? (() => undefined);
  return {
    spawn({ id, slots }, events) {
      let child: ChildProcess;
      try {
        child = fork(options.entry, ['--id', id, '--slots', String(slots)], {
          execPath: options.execPath ?? process.execPath,
          execArgv: [...(options.execArgv ?? [])],
          env: options.env?.() ?? workerEnvironment(process.env),
          // Measured with our batches: 64 results cost the receiver 60 us (structured clone: 76), 50 deltas 27 (38).
          serialization: 'json',
          stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        });
      } catch (error) {
        return stillborn(`could not be started: ${textOf(error)}`, events);
      }
      return supervise(child, id, events, log);
    },
  };
}

function supervise(child: ChildProcess, id: string, events: WorkerEvents, log: Log): WorkerProcess {
  const lastLines = new LastLines();
  let violation: string | undefined;
  let spawnError: Error | undefined;
  let ended = false;

  if (child.stdout !== null) forward(child.stdout, (line) => log('info', line, { worker: id }));
  if (child.stderr !== null) {
    forward(child.stderr, (line) => {
      log('warn', line, { worker: id });
      lastLines.add(line);
    });
  }

  child.on('message', (raw) => {
    if (violation !== undefined) return;
    const batch = Batch.safeParse(raw);
    if (batch.success) {
      events.onMessages(batch.data);
    } else {
      violation = `does not keep to the protocol of this version: ${z.prettifyError(batch.error).replace(/\s+/gu, ' ')}`;
      child.kill('SIGKILL');
    }
  });
  child.on('error', (error) => {
    // Also emitted for a failed kill or send, which the exit explains better.
    if (child.pid === undefined) spawnError = error;
  });
  // Not `exit`: `close` comes when the channel and the pipes have been read to their end, so nothing is lost before it.
  child.on('close', (code, signal) => {
    ended = true;
    events.onExit(exitOf({ code, signal, violation, spawnError, lastLines }));
  });

  return {
    pid: child.pid,
    send(messages) {
      if (ended || !child.connected) return;
      // A failed write means that the worker has just ended: `onExit` tells, and what was sent is dropped.
      child.send([...messages], undefined, undefined, () => undefined);
    },
    kill() {
      if (!ended) child.kill('SIGKILL');
    },
  };
}

/** A worker that never came to be; its exit is still reported later than `spawn` returns. */
function stillborn(reason: string, events: WorkerEvents): WorkerProcess {
  setImmediate(() => events.onExit({ kind: 'crashed', code: null, signal: null, reason }));
  return { pid: undefined, send: () => undefined, kill: () => undefined };
}

function forward(stream: Readable, line: (text: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', line);
}

function exitOf(end: {
  code: number | null;
  signal: NodeJS.Signals | null;
  violation: string | undefined;
  spawnError: Error | undefined;
  lastLines: LastLines;
}): WorkerExit {
  const { code, signal, violation, spawnError, lastLines } = end;
  if (violation !== undefined) return { kind: 'crashed', code, signal, reason: violation };
  if (spawnError !== undefined) {
    return { kind: 'crashed', code: null, signal: null, reason: `could not be started: ${spawnError.message}` };
  }
  if (code === 0) return { kind: 'exited' };
  const how = signal === null ? `exit code ${code}` : `ended by ${signal}`;
  return { kind: 'crashed', code, signal, reason: explainExit(how, lastLines, signal !== null) };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
