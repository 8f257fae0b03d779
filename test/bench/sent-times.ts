/**
 * When jobs arrive at a worker, and when their requests leave it. The built worker runs behind an entry of the benchmark's
 * own, which first listens to the messages of its process, and to the channel on which Node's fetch tells that it writes a
 * request's head to its socket (https://undici.nodejs.org/#/docs/api/DiagnosticsChannel), and notes the times. The worker
 * itself is the shipped one.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtWorker } from './bench-engine.ts';

/** In the order of the jobs; times of `monotonicMs`. */
export interface WorkerTimes {
  readonly arrived: readonly number[];
  readonly left: readonly number[];
}

export interface SentTimes {
  /** The worker's entry. */
  readonly entry: string;
  read(): WorkerTimes;
}

export function noteSentTimes(folder: string): SentTimes {
  const times = join(folder, 'sent-times');
  const entry = join(folder, 'noting-worker.mjs');
  appendFileSync(times, '');
  writeFileSync(
    entry,
    `import { appendFileSync } from 'node:fs';
import { subscribe } from 'node:diagnostics_channel';
const note = (what) => {
  const at = Number(process.hrtime.bigint()) / 1e6;
  appendFileSync(${JSON.stringify(times)}, what + ' ' + at + '\\n');
};
process.on('message', (batch) => {
  // Not those of the load that runs beside.
  for (const { type, provider } of batch) if (type === 'run' && provider.kind !== 'demo') note('arrived');
});
subscribe('undici:client:sendHeaders', ({ request }) => {
  // Not those for the provider's list of models.
  if (request.path.endsWith('/chat/completions')) note('left');
});
await import(${JSON.stringify(pathToFileURL(builtWorker).href)});
`,
  );
  return {
    entry,
    read() {
      const lines = readFileSync(times, 'utf8').trim().split('\n');
      const of = (what: string): number[] =>
        lines.filter((line) => line.startsWith(`${what} `)).map((line) => Number(line.slice(what.length)));
      return { arrived: of('arrived'), left: of('left') };
    },
  };
}
