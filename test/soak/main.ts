/**
 * `npm run soak -- [--minutes M] [--every SECONDS]`: a steady mixed load on the real, built host, and whether memory, file
 * and log stay flat under it. So that minutes show what months would, only 500 finished jobs are kept.
 *
 * Exit code 0: all flat. 1: something grew, or the load failed.
 */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { workerPids } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { startLoad } from './load.ts';
import { verdicts, type Sample } from './verdict.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, every: { type: 'string', default: '15' } },
});
const minutes = Number(values.minutes);
const everyS = Number(values.every);
if (!(minutes > 0) || !(everyS >= 1)) {
  process.stderr.write('--minutes takes a number above 0, --every seconds from 1.\n');
  process.exit(2);
}

await using host = await startHost({ from: 'built' });
await host.client.settings.update.mutate({ retainJobs: 500, poolMin: 1, poolMax: 1 });
const load = startLoad(host);
const startedAt = performance.now();
const samples: Sample[] = [];
const columns = [
  '  time',
  'answers',
  '   jobs',
  'kept jobs',
  'host MB',
  'workers MB',
  'file MB',
  'by age MB',
  ' WAL MB',
];
process.stdout.write(`${columns.join('  ')}\n`);
while (performance.now() - startedAt < minutes * 60_000) {
  await Promise.race([sleep(everyS * 1_000), load.failure]);
  const sample = await take(host);
  samples.push(sample);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const { finished } = await host.client.pool.get.query();
  const cells = [
    `${seconds} s`,
    load.done.answers,
    load.done.jobs,
    finished.completed + finished.failed + finished.cancelled,
    ...[sample.hostBytes, sample.workersBytes, sample.fileBytes, sample.agedBytes, sample.walBytes].map((bytes) =>
      megabytes(bytes),
    ),
  ];
  process.stdout.write(`${cells.map((cell, n) => String(cell).padStart(columns[n]?.length ?? 0)).join('  ')}\n`);
}
await load.stop();

const results = verdicts(samples);
for (const { name, before, after, flat } of results) {
  process.stdout.write(`${name}: ${megabytes(before)} MB, then ${megabytes(after)} MB: ${flat ? 'flat' : 'GREW'}\n`);
}
const errors = host.logs().filter(({ level }) => level === 'error');
if (errors.length > 0)
  process.stdout.write(`${errors.length} errors in the log, the first: ${JSON.stringify(errors[0])}\n`);
process.exitCode = results.every(({ flat }) => flat) && errors.length === 0 ? 0 : 1;

async function take(running: TestHost): Promise<Sample> {
  const file = join(running.dataDir, 'nightshift.db');
  const pids = await workerPids(running);
  return {
    hostBytes: residentBytes([running.pid]),
    workersBytes: residentBytes(pids),
    fileBytes: statSync(file).size,
    agedBytes: agedBytes(file),
    walBytes: statSync(`${file}-wal`).size,
  };
}

function agedBytes(file: string): number {
  const database = new Database(file, { readonly: true });
  try {
    const sum = database.prepare(
      "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name IN ('requests', 'usage', 'usage_at')",
    );
    return Number(sum.pluck().get());
  } finally {
    database.close();
  }
}

/** `ps` counts in KiB. */
function residentBytes(pids: readonly number[]): number {
  const lines = execFileSync('ps', ['-o', 'rss=', '-p', pids.join(',')], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return lines.reduce((sum, line) => sum + Number(line) * 1024, 0);
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
