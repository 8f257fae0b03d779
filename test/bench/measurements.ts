/** All measurements, in the order they run. */
import type { Measurement } from './measurement.ts';
import { backlog } from './measurements/backlog.ts';
import { deltas } from './measurements/deltas.ts';
import { enqueue } from './measurements/enqueue.ts';
import { goals } from './measurements/goals.ts';
import { latency } from './measurements/latency.ts';
import { page } from './measurements/page.ts';
import { queueTable } from './measurements/queue-table.ts';
import { recovery } from './measurements/recovery.ts';
import { search } from './measurements/search.ts';
import { throughput } from './measurements/throughput.ts';

export const measurements: readonly Measurement[] = [
  enqueue,
  throughput,
  latency,
  deltas,
  recovery,
  backlog,
  search,
  goals,
  queueTable,
  page,
];
