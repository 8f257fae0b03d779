/**
 * When requests leave a worker. The built worker runs behind an entry of the benchmark's own, which first subscribes to the
 * channel on which Node's fetch tells that it writes a request's head to its socket
 * (https://undici.nodejs.org/#/docs/api/DiagnosticsChannel), and notes the time. The worker itself is the shipped one.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtWorker } from './bench-engine.ts';

export interface SentTimes {
  /** The worker's entry. */
  readonly entry: string;
  /** When each request left, in their order; times of `monotonicMs`. */
  read(): number[];
}

export function noteSentTimes(folder: string): SentTimes {
  const times = join(folder, 'sent-times');
  const entry = join(folder, 'noting-worker.mjs');
  appendFileSync(times, '');
  writeFileSync(
    entry,
    `import { appendFileSync } from 'node:fs';
import { subscribe } from 'node:diagnostics_channel';
subscribe('undici:client:sendHeaders', () => {
  const at = Number(process.hrtime.bigint()) / 1e6;
  appendFileSync(${JSON.stringify(times)}, at + '\\n');
});
await import(${JSON.stringify(pathToFileURL(builtWorker).href)});
`,
  );
  return {
    entry,
    read: () =>
      readFileSync(times, 'utf8')
        .trim()
        .split('\n')
        .filter((line) => line !== '')
        .map(Number),
  };
}
