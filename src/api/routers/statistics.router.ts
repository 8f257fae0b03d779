/** What became of jobs, for the charts. */
import { GetStatistics, StatisticsView } from '../../protocol/statistics.ts';
import { never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const statistics = router({
  get: procedure
    .meta({ summary: 'Throughput, times, tokens and spend over a range of time, up to now.' })
    .input(GetStatistics)
    .output(StatisticsView)
    .query(({ ctx, input }) => ctx.engine.statistics.get(input.range)),
  watch: procedure
    .meta({
      summary: 'The same, again as it changes: every two seconds for the last hour, more seldom for longer ranges.',
      yields: StatisticsView,
    })
    .input(GetStatistics)
    .subscription(({ ctx, input, signal }) => ctx.engine.statistics.watch(input.range, signal ?? never)),
});
