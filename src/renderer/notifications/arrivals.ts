/** What has arrived in conversations since one looked last. Pure. */
import type { ConversationId } from '../../protocol/ids.ts';
import type { ConversationView } from '../../protocol/views.ts';

export type Arrivals = ReadonlyMap<ConversationId, NonNullable<ConversationView['arrival']>>;

/** Of each conversation what came last. */
export function latestArrivals(conversations: readonly ConversationView[]): Arrivals {
  return new Map(conversations.flatMap(({ id, arrival }) => (arrival === null ? [] : [[id, arrival] as const])));
}

/** The conversations in which something unread has arrived that `known` does not have. */
export function newlyArrived(known: Arrivals, conversations: readonly ConversationView[]): ConversationView[] {
  return conversations.filter(({ id, arrival, unread }) => {
    const before = known.get(id);
    return unread > 0 && arrival !== null && (before?.messageId !== arrival.messageId || before.at !== arrival.at);
  });
}
