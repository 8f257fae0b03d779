/** Usage of the last two days, written as the host keeps it: waiting for it would take two days. */
import Database from 'better-sqlite3';
import { Histogram } from '../../db/statistics/histogram.ts';
import type { AgentId } from '../../src/protocol/ids.ts';
import type { Lane } from '../../src/protocol/job.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Jobs in an hour of the day, and how long each lane takes. */
const lanes: readonly { lane: Lane; perHour: number; waitMs: number; firstMs: number; runMs: number }[] = [
  { lane: 'high', perHour: 600, waitMs: 12, firstMs: 420, runMs: 5_200 },
  { lane: 'medium', perHour: 900, waitMs: 900, firstMs: 640, runMs: 8_000 },
  { lane: 'low', perHour: 1_600, waitMs: 14_000, firstMs: 700, runMs: 11_000 },
];

/** `databasePath`: of a host that has stopped. */
export function writePast(databasePath: string, agents: readonly AgentId[]): void {
  const database = new Database(databasePath);
  const insert = database.prepare(
    `INSERT OR REPLACE INTO job_statistics (period_ms, at, lane, provider, agent_id, completed, failed, cancelled, retried,
       input_tokens, output_tokens, cost_micros, unpriced, waits, first_contents, runs)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
  );
  const none = '[]';
  const now = Date.now();
  database.transaction(() => {
    for (const [periodMs, periods] of [
      [minuteMs, 59],
      [hourMs, 48],
    ] as const) {
      for (let back = 1; back <= periods; back += 1) {
        const at = Math.floor(now / periodMs) * periodMs - back * periodMs;
        for (const { lane, perHour, waitMs, firstMs, runMs } of lanes) {
          const count = Math.max(1, Math.round(((perHour * periodMs) / hourMs) * busyness(at)));
          for (const [index, agentId] of agents.entries()) {
            const share = Math.max(1, Math.round(count / (index + 1.6)));
            const failed = back % 17 === index * 5 ? 1 : 0;
            const tokens = share * (420 + 90 * index);
            insert.run(
              periodMs,
              at,
              lane,
              index === 2 ? 'anthropic' : 'openai',
              agentId,
              share,
              failed,
              0,
              failed,
              tokens,
              Math.round(tokens * 0.6),
              tokens * (index + 2),
              none,
              none,
              none,
            );
          }
          const times = (typicalMs: number): string =>
            JSON.stringify(spread(typicalMs * busyness(at), count).toPairs());
          insert.run(periodMs, at, lane, '', '', 0, 0, 0, 0, 0, 0, 0, times(waitMs), times(firstMs), times(runMs));
        }
      }
    }
  })();
  database.close();
}

/** 0.3 to 1: fewer at night, and never quite the same. */
function busyness(at: number): number {
  const day = 0.65 - 0.3 * Math.cos((2 * Math.PI * (at % (24 * hourMs))) / (24 * hourMs));
  return day + 0.05 * Math.sin(at / (7 * minuteMs));
}

/** Skewed as latencies are: most are near `typicalMs`, some take four times as long. */
function spread(typicalMs: number, count: number): Histogram {
  const histogram = new Histogram();
  for (let n = 0; n < count; n += 1) histogram.add(typicalMs * 4 ** (((n + 0.5) / count) ** 3));
  return histogram;
}
