/** What this machine has to give to workers. */
import { availableParallelism, freemem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { SystemMeter } from '../../engine/ports.ts';

/** The histogram's resolution; a delay below it is none. */
const resolutionMs = 10;

export function createSystemMeter(): SystemMeter {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return {
    cpuCount: availableParallelism(),
    freeMemoryBytes: freemem,
    eventLoopDelayMs() {
      const p99 = histogram.percentile(99) / 1e6;
      histogram.reset();
      return Number.isFinite(p99) ? Math.max(0, p99 - resolutionMs) : 0;
    },
  };
}
