/**
 * `host.ts <worker's entry> [flags of the host]`: the headless host, whose workers can be told to die from inside. Its
 * limits are not the product's: a worker may be restarted without end, where the product gives up one that crashes more
 * than ten times in a minute, and silence is noticed after about 4 s instead of 8.
 */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { createChildProcessWorkerHost } from '../../src/hosts/node/child-process-worker-host.ts';
import { createLog } from '../../src/hosts/common/log.ts';
import { run } from '../../src/hosts/node/run.ts';

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) throw new Error('which worker?');
const install = pathToFileURL(join(import.meta.dirname, 'install-deaths.ts')).href;

const workerHost = createChildProcessWorkerHost({
  entry,
  // A small heap is full at once, and the machine's memory is left alone.
  execArgv: ['--import', install, '--max-old-space-size=96'],
  log: createLog({
    format: 'json',
    verbose: false,
    write: (line) => process.stderr.write(line),
    now: () => Date.now(),
  }),
});
process.exit(
  await run(args, {
    workerHost,
    supervisorTimings: { tickMs: 100, heartbeatMs: 1_000 },
    workerLimits: { startTimeoutMs: 10_000, missedBeats: 3, restarts: { maxRestarts: 1_000, windowMs: 1_000 } },
  }),
);
