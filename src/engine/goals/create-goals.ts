/** Puts the parts of the goals' engine together. */
import type { Store } from '../../../db/store.ts';
import type { JobId } from '../../protocol/ids.ts';
import type { Inputs } from '../inputs.ts';
import type { Inspection } from '../inspection.ts';
import type { LlmJobQueue } from '../llm-job-queue.service.ts';
import type { Clock } from '../ports.ts';
import type { ProviderActors } from '../provider-actors.ts';
import type { EngineService } from '../service.ts';
import type { Topics } from '../topics.ts';
import type { TurnLoop } from '../turn.ts';
import type { Ids } from '../ulid.ts';
import { Cast } from './cast.ts';
import { GoalActors } from './goal-actors.ts';
import { GoalCalls } from './goal-calls.ts';
import { createGoalService } from './goal-service.ts';
import { createGoalSnapshots, type GoalSnapshots } from './goal-snapshots.ts';
import { GoalViews } from './goal-views.ts';
import { Goals } from './goals.ts';
import { recoverGoals } from './recovery.ts';
import { Reports } from './reports.ts';

export interface CreateGoalsOptions {
  store: Store;
  ids: Ids;
  clock: Clock;
  topics: Topics;
  turns: TurnLoop;
  queue: LlmJobQueue;
  providers: ProviderActors;
  inputs: Inputs;
  /** How many tasks of one goal may run at once, as far as anybody knows now. */
  parallel: () => number;
  inspection?: Inspection;
}

export interface GoalsEngine {
  readonly service: EngineService['goals'];
  readonly actors: GoalActors;
  readonly goals: Goals;
  readonly snapshots: GoalSnapshots;
  /** At a start, behind the jobs. */
  recover(): void;
}

export function createGoals(options: CreateGoalsOptions): GoalsEngine {
  const { store, ids, clock, topics, turns, queue, providers, inputs, parallel, inspection } = options;
  const actors = new GoalActors(store, inspection);
  const cast = new Cast(store);
  const calls = new GoalCalls({ store, ids, actors, queue, providers });
  const parts = { store, ids, actors, calls, cast, reports: new Reports(store, ids, cast) };
  const goals = new Goals({ parts, queue, inputs });
  const runs = (id: JobId): boolean => queue.actors.liveRow(id) !== undefined;
  const views = new GoalViews({ store, cast, clock, parallel, runs });
  return {
    actors,
    goals,
    snapshots: createGoalSnapshots(store),
    service: createGoalService({ store, turns, topics, clock, parts, goals, views }),
    recover: () => recoverGoals({ parts, goals, queue, inputs }),
  };
}
