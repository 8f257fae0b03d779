/**
 * `npm run bench [-- --quick] [--only NAME …] [--json FILE] [--folder DIR] [--cpu-profile DIR] [--patience N]`: measures
 * the shipped engine with the built worker, and prints one table. Every measurement runs in a process of its own, so that
 * none inherits another's heap, timers or compiled code. All together take at most 10 minutes; on a machine that is busy
 * with other things, `--patience 3` gives each three times its time.
 *
 * Exit code 0 when all figures were taken, whether or not they reach their goals; 1 when one could not be taken.
 */
import { fork } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { builtWorker } from './bench-engine.ts';
import type { Figure } from './figure.ts';
import type { Measurement, MeasurementMessage } from './measurement.ts';
import { measurements } from './measurements.ts';
import { records, table } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    folder: { type: 'string', default: join(import.meta.dirname, '..', '..', 'artefacts', 'bench') },
    'cpu-profile': { type: 'string' },
    patience: { type: 'string', default: '1' },
  },
});

const chosen = measurements.filter(({ name }) => flags.only.length === 0 || flags.only.includes(name));
if (chosen.length === 0) {
  process.stderr.write(`--only takes one of: ${measurements.map(({ name }) => name).join(', ')}\n`);
  process.exit(1);
}

mkdirSync(flags.folder, { recursive: true });
const folder = mkdtempSync(join(resolve(flags.folder), 'run-'));
const worker = join(folder, 'worker');
cpSync(dirname(builtWorker), worker, { recursive: true });
const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
const onSignal = (): void => {
  removeFolder();
  process.exit(130);
};
process.once('SIGINT', onSignal);
process.once('SIGTERM', onSignal);

process.stdout.write(`${machine()}\n`);
const startedAt = performance.now();
const figures: Figure[] = [];
try {
  for (const measurement of chosen) {
    process.stdout.write(`\n${measurement.name}\n`);
    try {
      await measure(measurement);
    } catch (error) {
      process.exitCode = 1;
      process.stdout.write(`  could not be taken: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
} finally {
  removeFolder();
}
process.stdout.write(`\n${table(figures)}\n\n`);
const missed = figures.filter(({ goal }) => goal?.met === false);
const seconds = Math.round((performance.now() - startedAt) / 1_000);
process.stdout.write(
  `${figures.length} figures in ${seconds} s, ${missed.length} goals missed. Load of the machine at the end: ${load()}.\n`,
);
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(records(figures), undefined, 2)}\n`);

/** Runs it in its process. Throws when it fails, dies, or takes longer than its limit. */
function measure({ name, limitMs }: Measurement): Promise<void> {
  const profile = flags['cpu-profile'];
  const child = fork(
    join(import.meta.dirname, 'measure.ts'),
    ['--name', name, '--folder', folder, ...(flags.quick ? ['--quick'] : [])],
    {
      execArgv: profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`],
      env: {
        ...process.env,
        BENCH_WORKER: join(worker, basename(builtWorker)),
        // Modules are stripped of their types once for the run; the built host has none to strip.
        NODE_COMPILE_CACHE: join(folder, 'compiled'),
      },
    },
  );
  return new Promise((done, failed) => {
    let reason: string | undefined;
    const patientMs = limitMs * Number(flags.patience);
    const timer = setTimeout(() => {
      reason = `it took longer than ${patientMs / 1_000} s`;
      child.kill('SIGKILL');
    }, patientMs);
    child.on('message', (message: MeasurementMessage) => {
      if (message.type === 'note') process.stdout.write(`  ${message.line}\n`);
      else if (message.type === 'figures') figures.push(...message.figures);
      else reason = message.text;
    });
    child.on('error', failed);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (reason === undefined && code === 0) done();
      else failed(new Error(reason ?? `its process ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}

function machine(): string {
  const cpu = cpus()[0]?.model ?? 'unknown CPU';
  const memory = Math.round(totalmem() / 2 ** 30);
  const sqlite = new Database(':memory:').prepare<[], string>('SELECT sqlite_version()').pluck().get();
  return (
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, ${availableParallelism()} cores of ${cpu}, ${memory} GiB, ` +
    `${type()} ${release()} ${arch()}, Node ${process.versions.node}, SQLite ${sqlite}, load before ${load()}`
  );
}

function load(): string {
  return loadavg()
    .map((average) => average.toFixed(1))
    .join(' ');
}
