/** All measurements, in the order they run. */
import type { Measurement } from './measurement.ts';
import { enqueue } from './measurements/enqueue.ts';
import { throughput } from './measurements/throughput.ts';

export const measurements: readonly Measurement[] = [enqueue, throughput];
