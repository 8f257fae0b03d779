/** Whether what was measured again and again stayed flat. */

/** In bytes, at one moment. */
export interface Sample {
  hostBytes: number;
  workersBytes: number;
  fileBytes: number;
  /** Of the file, what is kept by age alone: request ids (7 days) and usage (400 days). No run is long enough for that. */
  agedBytes: number;
  walBytes: number;
}

export interface Verdict {
  name: string;
  /** Medians of the second third of the run, when everything is warm, and of the last. */
  before: number;
  after: number;
  flat: boolean;
}

/**
 * The first third warms up: code is compiled, caches fill, the kept jobs come to their number. From the second third to the
 * last, memory may move by a tenth or 15 MB (a garbage collection sooner or later), the file by a twentieth or 1 MB, and
 * the log, which fills and starts over, by the 64 MB of its bound.
 */
export function verdicts(samples: readonly Sample[]): Verdict[] {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const middle = samples.slice(third, 2 * third);
  const last = samples.slice(-third);
  const rows: [string, (sample: Sample) => number, number, number][] = [
    ['host', ({ hostBytes }) => hostBytes, 0.1, 15],
    ['workers', ({ workersBytes }) => workersBytes, 0.1, 15],
    ['file without what is kept by age', ({ fileBytes, agedBytes }) => fileBytes - agedBytes, 0.05, 1],
    ['WAL', ({ walBytes }) => walBytes, 0, 64],
  ];
  return rows.map(([name, of, share, megabytes]) => {
    const before = median(middle.map(of));
    const after = median(last.map(of));
    return { name, before, after, flat: after - before <= Math.max(before * share, megabytes * 1024 * 1024) };
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
