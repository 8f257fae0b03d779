/** What the charts show: series over a range of time, one value for each step. Times are epoch milliseconds. */
import { z } from 'zod';
import { AgentId, ProviderId } from './ids.ts';
import { Lane } from './job.ts';

/** How far back, up to now. A month is 30 days. */
export const StatisticsRange = z.enum(['hour', 'day', 'week', 'month']);
export type StatisticsRange = z.infer<typeof StatisticsRange>;

const Counts = z.array(z.number().int());
/** In milliseconds, at most 4.5 % off; null for a step without any. */
const Quantiles = z.object({
  p50: z.array(z.number().nullable()),
  p95: z.array(z.number().nullable()),
  /** Over the whole range, with how many durations that is of. */
  all: z.object({ p50: z.number().nullable(), p95: z.number().nullable(), count: z.number().int() }),
});
export type Quantiles = z.infer<typeof Quantiles>;

export const LaneStatistics = z.object({
  completed: Counts,
  failed: Counts,
  cancelled: Counts,
  /** Attempts that failed and were tried again. */
  retried: Counts,
  /** From entering the line to the claim. */
  wait: Quantiles,
  /** From the claim to the first text or thinking of a whole answer. */
  firstContent: Quantiles,
  /** From the claim to the end of a whole answer. */
  run: Quantiles,
});
export type LaneStatistics = z.infer<typeof LaneStatistics>;

export const Spending = z.object({
  inputTokens: Counts,
  outputTokens: Counts,
  /** Millionths of a US dollar, of answers with a known price. */
  costMicros: Counts,
  /** Answers in the whole range, and those of them whose price nobody knew. */
  answers: z.number().int(),
  unpriced: z.number().int(),
});
export type Spending = z.infer<typeof Spending>;

/** All series have as many values as there are steps; the last step is the present one, and not over. */
export const StatisticsView = z.object({
  range: StatisticsRange,
  /** Start of the first step. */
  from: z.number(),
  stepMs: z.number().int(),
  steps: z.number().int(),
  lanes: z.record(Lane, LaneStatistics),
  /** Who took most tokens first. */
  providers: z.array(Spending.extend({ id: ProviderId, name: z.string() })),
  /** `id` null: jobs outside conversations. `name` null: the agent was removed. */
  agents: z.array(Spending.extend({ id: AgentId.nullable(), name: z.string().nullable() })),
});
export type StatisticsView = z.infer<typeof StatisticsView>;

export const GetStatistics = z.object({ range: StatisticsRange });
