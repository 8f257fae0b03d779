/** The one door: page, CLI and tests reach the engine through this router, over any carrier. */
import { actors } from './routers/actors.router.ts';
import { agents } from './routers/agents.router.ts';
import { attachments } from './routers/attachments.router.ts';
import { conversations } from './routers/conversations.router.ts';
import { data } from './routers/data.router.ts';
import { goals } from './routers/goals.router.ts';
import { inspector } from './routers/inspector.router.ts';
import { jobDetails } from './routers/job-details.router.ts';
import { jobs } from './routers/jobs.router.ts';
import { messages } from './routers/messages.router.ts';
import { network } from './routers/network.router.ts';
import { pool } from './routers/pool.router.ts';
import { projects } from './routers/projects.router.ts';
import { providers } from './routers/providers.router.ts';
import { queue } from './routers/queue.router.ts';
import { search } from './routers/search.router.ts';
import { settings } from './routers/settings.router.ts';
import { statistics } from './routers/statistics.router.ts';
import { system } from './routers/system.router.ts';
import { router } from './trpc.ts';

export const appRouter = router({
  conversations,
  projects,
  messages,
  attachments,
  goals,
  jobs,
  jobDetails,
  queue,
  pool,
  statistics,
  agents,
  providers,
  search,
  network,
  data,
  settings,
  system,
  actors,
  inspector,
});
export type AppRouter = typeof appRouter;
