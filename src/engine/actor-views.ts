/** Any actor of the engine as the page sees it: a public projection, never the actor itself. */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { GoalSnapshots } from './goals/goal-snapshots.ts';
import { EngineError } from './errors.ts';
import type { Pool } from './pool.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { EngineService } from './service.ts';
import type { Topic, Topics } from './topics.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import { JobId } from '../protocol/ids.ts';
import type { ActorView } from '../protocol/views.ts';
import type { TurnLoop } from './turn.ts';
import type { Views } from './views.ts';
import { watchChanges } from './watch-state.ts';

export interface ActorViewsOptions {
  queue: LlmJobQueue;
  goals: GoalSnapshots;
  providers: ProviderActors;
  pool: Pool;
  dispatcher: Dispatcher;
  topics: Topics;
  turns: TurnLoop;
  views: Views;
}

export function createActorViews(options: ActorViewsOptions): EngineService['actors'] {
  const { queue, goals, providers, pool, dispatcher, topics, turns, views } = options;

  return {
    list: () => [
      'supervisor',
      'dispatcher',
      ...pool.workers.map(({ id }) => id),
      ...providers.ids.map((id) => `provider:${id}`),
      ...queue.actors.liveIds.map((id) => `job:${id}`),
      ...goals.openIds(),
    ],
    watch(id, signal) {
      // The pool's actors are many small changes: they share the pool's bell, which rings at most four times a second.
      const topic: Topic = /^(job|provider|goal|task):/.test(id) ? `actor:${id}` : 'pool';
      return watchChanges(topics, topic, signal, () => look(id));
    },
    async send(id, event) {
      const jobId = jobOf(id);
      if (jobId === undefined) throw new EngineError('BAD_REQUEST', `Only jobs take events from users; ${id} is none.`);
      await turns.call(`actors.send ${event.type}`, (turn) => queue.userEvent(turn, jobId, event.type));
    },
  };

  function look(id: string): ActorView {
    const jobId = jobOf(id);
    if (jobId !== undefined) return views.jobActor(requireJob(jobId));
    const ofGoal = goals.get(id);
    if (ofGoal !== undefined) {
      const { machine, snapshot } = ofGoal;
      return { ...view(id, machine, snapshot.value, snapshot.status, snapshot.context), tags: [...snapshot.tags] };
    }
    if (id === 'supervisor') {
      const { value, status, context } = pool.snapshot;
      const { min, max, wanted, workers } = context;
      return view(id, 'supervisor', value, status, { min, max, wanted, workers: workers.map((worker) => worker.id) });
    }
    if (id === 'dispatcher') {
      const { value, status, context } = dispatcher.snapshot;
      return view(id, 'dispatcher', value, status, { claimNumber: context.claimNumber });
    }
    if (id.startsWith('provider:')) {
      const snapshot = providers.snapshot(id.slice('provider:'.length));
      if (snapshot !== undefined) {
        return view(id, 'provider', snapshot.value, snapshot.status, { ...snapshot.context });
      }
    }
    const worker = pool.workers.find((candidate) => candidate.id === id);
    if (worker !== undefined) {
      const { id: _id, state, ...context } = worker;
      return view(id, 'worker', state, 'active', context);
    }
    throw new EngineError('NOT_FOUND', `There is no actor ${id} (any more).`);
  }

  function requireJob(jobId: JobId): JobRow {
    const row = queue.actors.row(jobId);
    if (row === undefined) throw new EngineError('NOT_FOUND', `There is no job ${jobId} (any more).`, { jobId });
    return row;
  }
}

function jobOf(id: string): JobId | undefined {
  const parsed = JobId.safeParse(id.startsWith('job:') ? id.slice('job:'.length) : undefined);
  return parsed.success ? parsed.data : undefined;
}

function view(id: string, machine: string, value: unknown, status: ActorView['status'], context: object): ActorView {
  return { id, machine, value, tags: [], status, can: [], context: { ...context } };
}
