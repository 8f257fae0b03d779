/** Everything about one job that its view does not say. */
import { JobRef } from '../../protocol/api.ts';
import * as details from '../../protocol/job-details.ts';
import { procedure, router } from '../trpc.ts';

export const jobDetails = router({
  get: procedure
    .meta({ summary: "A job's attempts, how each ended, and the rules it runs by.", refusals: ['NOT_FOUND'] })
    .input(JobRef)
    .output(details.JobDetails)
    .query(({ ctx, input }) => ctx.engine.jobDetails.get(input.id)),
  request: procedure
    .meta({
      summary: 'What the job asks of its model, built now; says whether the last attempt was sent the same.',
      refusals: ['NOT_FOUND'],
    })
    .input(JobRef)
    .output(details.JobRequestView)
    .query(({ ctx, input }) => ctx.engine.jobDetails.request(input.id)),
  graph: procedure
    .meta({
      summary: 'The jobs that it waits for and that wait for it, the nearest first; those left out are counted.',
      refusals: ['NOT_FOUND'],
    })
    .input(details.GetJobGraph)
    .output(details.JobGraph)
    .query(({ ctx, input }) => ctx.engine.jobDetails.graph(input)),
  remains: procedure
    .meta({ summary: 'What is known of a job that is kept no longer: its message, and what its answers took.' })
    .input(JobRef)
    .output(details.JobRemains)
    .query(({ ctx, input }) => ctx.engine.jobDetails.remains(input.id)),
});
