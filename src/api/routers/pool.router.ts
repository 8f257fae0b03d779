/** The pool of workers. */
import * as api from '../../protocol/api.ts';
import { PoolHistory, PoolView, RestartWorker } from '../../protocol/pool.ts';
import { never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const pool = router({
  get: procedure
    .meta({ summary: 'Workers, slots and the counts of every lane.' })
    .output(PoolView)
    .query(({ ctx }) => ctx.engine.pool.get()),
  watch: procedure
    .meta({ summary: 'The pool, at most four times a second.', yields: PoolView })
    .subscription(({ ctx, signal }) => ctx.engine.pool.watch(signal ?? never)),
  resize: procedure
    .meta({ summary: 'Sets the smallest and the largest number of workers.' })
    .input(api.ResizePool)
    .output(PoolView)
    .mutation(({ ctx, input }) => ctx.engine.pool.resize(input)),
  drain: procedure
    .meta({
      summary: 'Lets one worker finish what it runs, stops it, and replaces it as the load asks.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.DrainWorker)
    .output(PoolView)
    .mutation(({ ctx, input }) => ctx.engine.pool.drain(input.workerId)),
  restart: procedure
    .meta({
      summary:
        'Gives a worker a new process: `when-done` starts a successor and lets it finish what it runs, `now` puts that back into the queue.',
      refusals: ['NOT_FOUND'],
    })
    .input(RestartWorker)
    .output(PoolView)
    .mutation(({ ctx, input }) => ctx.engine.pool.restart(input)),
  history: procedure
    .meta({ summary: 'Figures of each worker over the last five minutes, and what happened to the pool and why.' })
    .output(PoolHistory)
    .query(({ ctx }) => ctx.engine.pool.history()),
});
