/** What the parts of the goals' engine share. */
import type { Store } from '../../../db/store.ts';
import type { GoalRow } from '../../../db/goals.model.ts';
import type { Turn } from '../turn.ts';
import type { Ids } from '../ulid.ts';
import type { Cast } from './cast.ts';
import type { GoalActors } from './goal-actors.ts';
import type { CallOutcome, GoalCalls } from './goal-calls.ts';
import type { Reports } from './reports.ts';

export interface GoalParts {
  readonly store: Store;
  readonly ids: Ids;
  readonly actors: GoalActors;
  readonly calls: GoalCalls;
  readonly cast: Cast;
  readonly reports: Reports;
}

/** What came of trying to go on: a call was made, or why not. `again`: something else has changed, look again. */
export type Advance = CallOutcome | { readonly kind: 'awaiting' } | { readonly kind: 'again' };

/** The goal has failed: nothing of it goes on, and the user is told. `goal`: as it is now. */
export type GoalFailed = (turn: Turn, goal: GoalRow) => void;
