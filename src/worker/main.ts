/**
 * The entry of a worker process: `worker.mjs --id worker:1 --slots 32`, started with an IPC channel, by
 * `child_process.fork` or by Electron's `utilityProcess.fork`.
 *
 * Exit codes: 0 drained, or its engine is gone; 1 a defect (with a line on stderr), so that both hosts see a crash:
 * Electron's utilityProcess would only warn about an unhandled rejection.
 */
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { WorkerId } from '../protocol/ids.ts';
import { forkChannel } from './channel.ts';
import { parentPortChannel, parentPortOf } from './parent-port-channel.ts';
import { startWorker } from './worker.ts';

const Arguments = z.object({ id: WorkerId, slots: z.coerce.number().int().min(1).max(512) });

/** Written synchronously: nothing asynchronous survives the exit that follows. */
function die(what: string, error: unknown): never {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeSync(2, `${what}: ${text}\n`);
  process.exit(1);
}

process.on('uncaughtException', (error) => die('uncaught exception', error));
process.on('unhandledRejection', (reason) => die('unhandled rejection', reason));

// A terminal, or a service manager, signals the whole process group. Whether the worker stops is the engine's to say:
// it drains, and without an engine the channel closes and the worker ends by itself.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const { values } = parseArgs({ options: { id: { type: 'string' }, slots: { type: 'string' } } });
const { id, slots } = Arguments.parse(values);
process.title = `nightshift ${id}`;
const port = parentPortOf(process);
const channel = port === undefined ? forkChannel(process) : parentPortChannel(port);
startWorker({ channel, slots, pid: process.pid, exit: (code) => process.exit(code) });
