/** Worker processes as Electron's utility processes: Node without `child_process.fork`, which a hardened app refuses. */
import { createInterface } from 'node:readline';
import { app, utilityProcess, type Details, type UtilityProcess } from 'electron';
import { z } from 'zod';
import type { Log, WorkerEvents, WorkerHost, WorkerProcess } from '../../engine/ports.ts';
import { type WorkerExit, WorkerToEngine } from '../../protocol/worker.ts';
import { explainExit, LastLines } from '../common/worker-exit.ts';

export interface UtilityWorkerHostOptions {
  /** The worker's module. */
  entry: string;
  /** Asked for each process that is started; never with a variable that holds a key. */
  env: () => NodeJS.ProcessEnv;
  execArgv?: readonly string[];
  /** Gets what workers write to stdout and stderr, line by line, with `worker` in its fields. */
  log?: Log;
}

const Batch = z.array(WorkerToEngine);

/** `exit` has no signal and no reason; `child-process-gone`, which has one, comes shortly before or after it. */
const reasonWaitMs = 250;

/** Names of processes of this run: a worker that is started again under its old id is another process. */
let started = 0;

/** Only after `app`'s `ready`. */
export function createUtilityWorkerHost(options: UtilityWorkerHostOptions): WorkerHost {
  const log: Log = options.log ?? (() => undefined);
  return {
    spawn({ id, slots }, events) {
      started += 1;
      const serviceName = `Nightshift ${id} (${started})`;
      const child = utilityProcess.fork(options.entry, ['--id', id, '--slots', String(slots)], {
        serviceName,
        env: Object.fromEntries(Object.entries(options.env()).filter(([, value]) => value !== undefined)),
        execArgv: [...(options.execArgv ?? [])],
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return supervise(child, { id, serviceName }, events, log);
    },
  };
}

function supervise(
  child: UtilityProcess,
  { id, serviceName }: { id: string; serviceName: string },
  events: WorkerEvents,
  log: Log,
): WorkerProcess {
  const lastLines = new LastLines();
  let violation: string | undefined;
  let exitCode: number | undefined;
  let gone: Details | undefined;
  let pid: number | undefined;
  let ended = false;
  /** Electron tells no signal; what this host has sent it knows. */
  let killedHere = false;

  forward(child.stdout, (line) => log('info', line, { worker: id }));
  forward(child.stderr, (line) => {
    log('warn', line, { worker: id });
    lastLines.add(line);
  });

  child.once('spawn', () => {
    pid = child.pid;
  });
  child.on('message', (raw: unknown) => {
    if (violation !== undefined || ended) return;
    const batch = Batch.safeParse(raw);
    if (batch.success) {
      events.onMessages(batch.data);
      child.postMessage(1);
    } else {
      violation = `does not keep to the protocol of this version: ${z.prettifyError(batch.error).replace(/\s+/gu, ' ')}`;
      kill();
    }
  });

  const end = (): void => {
    if (ended) return;
    ended = true;
    app.off('child-process-gone', onGone);
    events.onExit(exitOf({ exitCode, gone, violation, killedHere, lastLines }));
  };
  const onGone = (_event: unknown, details: Details): void => {
    if (details.name !== serviceName) return;
    gone = details;
    // One that could not be started at all has no `exit`.
    if (exitCode !== undefined) end();
    else setTimeout(end, reasonWaitMs);
  };
  app.on('child-process-gone', onGone);
  child.once('exit', (code) => {
    exitCode = code;
    if (code === 0 || gone !== undefined) setImmediate(end);
    else setTimeout(end, reasonWaitMs);
  });

  function kill(): void {
    if (ended || exitCode !== undefined) return;
    const known = pid ?? child.pid;
    // `child.kill()` only asks, with SIGTERM, and a worker leaves that to its engine.
    if (known === undefined) child.kill();
    else {
      killNow(known);
      killedHere = true;
    }
  }

  return {
    get pid() {
      return pid ?? child.pid;
    },
    send(messages) {
      if (!ended && exitCode === undefined) child.postMessage([...messages]);
    },
    kill,
  };
}

/** Harmless when the process has ended. */
function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function forward(stream: NodeJS.ReadableStream | null, line: (text: string) => void): void {
  if (stream !== null) createInterface({ input: stream, crlfDelay: Infinity }).on('line', line);
}

/** Chromium's words for how a process ended, for people. */
const reasons: Readonly<Record<Details['reason'], string>> = {
  'clean-exit': 'exited',
  'abnormal-exit': 'exited with an error',
  killed: 'ended from outside',
  crashed: 'crashed',
  oom: 'ran out of memory',
  'launch-failed': 'could not be started',
  'integrity-failure': 'could not be started: a check of its code failed',
  'memory-eviction': 'ended by the system to free memory',
};

function exitOf(end: {
  exitCode: number | undefined;
  gone: Details | undefined;
  violation: string | undefined;
  killedHere: boolean;
  lastLines: LastLines;
}): WorkerExit {
  const { exitCode, gone, violation, killedHere, lastLines } = end;
  const code = exitCode ?? gone?.exitCode ?? null;
  const signal = killedHere ? 'SIGKILL' : null;
  if (violation !== undefined) return { kind: 'crashed', code, signal, reason: violation };
  if (exitCode === 0) return { kind: 'exited' };
  const how = gone === undefined ? `exit code ${code}` : `${reasons[gone.reason]} (exit code ${code})`;
  return { kind: 'crashed', code, signal, reason: explainExit(how, lastLines, gone?.reason === 'killed') };
}
