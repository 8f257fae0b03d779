/** One run of the headless host: from the flags to the exit code. */
import { homedir } from 'node:os';
import { inspect } from 'node:util';
import { StoreError } from '../../../db/store-error.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Log } from '../../engine/ports.ts';
import { isLoopback } from './access.ts';
import { exitCodes, StartError, type ExitReason } from '../common/exit-codes.ts';
import { helpText, readFlags, type HostFlags } from './flags.ts';
import type { EngineParts } from '../common/service.ts';
import { startHost, type Host } from './host.ts';
import { createLog } from '../common/log.ts';
import { listenForStop } from './stop-signals.ts';

/** How much longer than it was given a stop may take before the process is ended without it, in milliseconds. */
const stopGraceMs = 10_000;

/** Runs until it is told to stop; resolves with the exit code. `args`: without node and script. */
export async function run(args: readonly string[], engine: EngineParts = {}): Promise<number> {
  // A terminal or a log collector that has gone away must not take the service with it.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);

  const { env, platform } = process;
  const command = readFlags(args, { env, platform, homeDir: homedir(), cwd: process.cwd() });
  switch (command.kind) {
    case 'help':
      process.stdout.write(helpText);
      return exitCodes.stopped;
    case 'version':
      process.stdout.write(`${packageJson.version}\n`);
      return exitCodes.stopped;
    case 'refused':
      process.stderr.write(`${command.message}\n`);
      return exitCodes.usage;
    case 'run':
      return serve(command.flags, env, engine);
  }
}

async function serve(flags: HostFlags, env: NodeJS.ProcessEnv, engine: EngineParts): Promise<number> {
  const log = createLog({
    format: flags.log,
    verbose: flags.verbose,
    write: (line) => process.stderr.write(line),
    now: () => Date.now(),
  });
  process.on('uncaughtException', (error) => {
    log('error', 'Nightshift hit a defect and ends. Nothing acknowledged is lost; start it again.', { error });
    process.exit(exitCodes.crashed);
  });
  const stop = listenForStop(process);

  let host: Host;
  try {
    host = await startHost({ flags, env, log, version: packageJson.version, engine });
  } catch (error) {
    return startFailed(error, log);
  }
  if (!isLoopback(flags.host)) {
    log(
      'warn',
      `Listening on ${flags.host}: other machines can reach this server. Only the token protects it, over plain HTTP.`,
    );
  }
  process.stdout.write(`${host.link}\n`);
  if (host.inspectUrl !== null) process.stdout.write(`Stately Inspector: ${host.inspectUrl}\n`);
  log('info', 'Nightshift is ready.', {
    port: host.port,
    data: flags.dataDir,
    version: packageJson.version,
    pid: process.pid,
  });

  const signal = await stop.asked;
  log('info', `${signal}: stopping. Running jobs may go on for ${flags.drainMs} ms; ask again to stop at once.`);
  void stop.urged.then((second) => {
    log('info', `${second}: stopping at once. What runs goes back to the queue.`);
    return host.stop({ drainMs: 0 });
  });
  // A stop that hangs would be ended by SIGKILL anyway, which is as safe, but says nothing.
  const overdue = setTimeout(() => {
    log('error', 'The stop hangs; ending without it. Nothing acknowledged is lost.');
    process.exit(exitCodes.crashed);
  }, flags.drainMs + stopGraceMs);
  await host.stop({ drainMs: flags.drainMs });
  clearTimeout(overdue);
  log('info', 'Nightshift has stopped.');
  return exitCodes.stopped;
}

/** A start that cannot go on is a message and an exit code of its own; anything else is a defect, with its stack. */
function startFailed(error: unknown, log: Log): number {
  const reason: ExitReason =
    error instanceof StartError ? error.reason : error instanceof StoreError ? error.code : 'crashed';
  if (reason === 'crashed') log('error', 'Nightshift could not start: a defect.', { error });
  else log('error', error instanceof Error ? error.message : inspect(error), { reason });
  return exitCodes[reason];
}
