/** What a worker reports of itself with each heartbeat. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { WorkerStats } from '../protocol/worker.ts';

/** The histogram samples with a timer of this period, and each sample includes the period itself. */
const resolutionMs = 20;

export interface Vitals {
  /** The figures since the last call; starts the next interval. */
  take(slotsUsed: number): WorkerStats;
}

export function createVitals(): Vitals {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return {
    take(slotsUsed) {
      const p99Ms = delay.count === 0 ? 0 : delay.percentile(99) / 1e6 - resolutionMs;
      delay.reset();
      const cpu = process.cpuUsage();
      return {
        slotsUsed,
        rssBytes: process.memoryUsage.rss(),
        cpuMs: (cpu.user + cpu.system) / 1000,
        eventLoopDelayMs: Math.max(0, p99Ms),
      };
    },
  };
}
