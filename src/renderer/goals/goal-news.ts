/** What a goal has to tell by what arrived in its conversation, and where it is seen. Pure. */
import type { ArrivalKind } from '../../protocol/conversations.ts';
import type { GoalView } from '../../protocol/goal-views.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { Route } from '../shell/route.ts';

type GoalKind = Exclude<ArrivalKind, 'answer'>;

/** Whether it is such a goal that tells of itself so. */
const tells: Readonly<Record<GoalKind, (goal: GoalView) => boolean>> = {
  plan: ({ state }) => state === 'awaitingApproval',
  question: ({ progress }) => progress.needsInput > 0,
  paused: ({ state }) => state === 'paused',
  delivered: ({ state }) => state === 'delivered',
  failure: ({ state, progress }) => state === 'failed' || progress.failed > 0,
};

export interface GoalNews {
  readonly kind: GoalKind;
  readonly title: string;
  readonly route: Route;
}

/** Null: an answer, or its failure, which has nothing to do with a goal. `goals`: the newest first. */
export function goalNews(kind: ArrivalKind, id: ConversationId, goals: readonly GoalView[]): GoalNews | null {
  if (kind === 'answer') return null;
  const own = goals.filter(({ conversationId }) => conversationId === id);
  const goal = own.find(tells[kind]) ?? (kind === 'failure' ? undefined : own[0]);
  if (goal === undefined) return null;
  return { kind, title: goal.title, route: { page: 'goal', id: goal.id } };
}
