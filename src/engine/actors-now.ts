/** Which actors are live, and how the ones without a row are, at this moment. */
import type { StateValue } from 'xstate';
import type { Followed, InspectedActors } from '../protocol/inspection.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { GoalSnapshots } from './goals/goal-snapshots.ts';
import { statePaths } from './inspected-machines.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Pool } from './pool.ts';
import type { ProviderActors } from './provider-actors.ts';

const listedJobs = 500;

/** An actor of the runtime, a provider, a goal or a task. */
export interface ActorNow {
  readonly value: StateValue;
  readonly status: Followed['status'];
  readonly context: object;
}

export interface ActorsNow {
  /** Undefined when there is no such actor (any more). Jobs are not looked up: they have rows. */
  get(id: string): ActorNow | undefined;
  /** All of them, jobs too. */
  list(): InspectedActors;
}

export function createActorsNow(options: {
  queue: LlmJobQueue;
  providers: ProviderActors;
  pool: Pool;
  dispatcher: Dispatcher;
  goals: GoalSnapshots;
}): ActorsNow {
  const { queue, providers, pool, dispatcher, goals } = options;
  return { get, list };

  function get(id: string): ActorNow | undefined {
    if (id === 'supervisor') return pool.snapshot;
    if (id === 'dispatcher') return dispatcher.snapshot;
    if (id.startsWith('provider:')) return providers.snapshot(id.slice('provider:'.length));
    const ofGoal = goals.get(id);
    if (ofGoal !== undefined) return ofGoal.snapshot;
    return pool.snapshot.context.workers.find((worker) => worker.id === id)?.getSnapshot();
  }

  function list(): InspectedActors {
    const workers = pool.workers.map(({ id }) => id);
    const ids = [
      'supervisor',
      'dispatcher',
      ...workers,
      ...providers.ids.map((id) => `provider:${id}`),
      ...goals.openIds(),
    ];
    const others = ids.map((id) => ({
      id,
      machine: id.replace(/:.*/, ''),
      states: statePaths(get(id)?.value),
    }));
    const jobs = queue.actors.liveIds;
    const shown = jobs.slice(-listedJobs).map((id) => ({
      id: `job:${id}`,
      machine: 'job',
      states: [`active.${queue.actors.liveRow(id)?.phase ?? 'starting'}`],
    }));
    return { actors: [...others, ...shown], jobs: jobs.length };
  }
}
