/** Sorts conversations under the headings of the side bar. Pure. */
import type { ConversationView } from '../../protocol/views.ts';

/** Keys of the heading's text. */
export type Day = 'today' | 'yesterday' | 'lastSevenDays' | 'older';

export interface DayGroup {
  readonly day: Day;
  readonly conversations: readonly ConversationView[];
}

const dayMs = 86_400_000;

function dayOf(atMs: number, todayStartsMs: number): Day {
  if (atMs >= todayStartsMs) return 'today';
  if (atMs >= todayStartsMs - dayMs) return 'yesterday';
  if (atMs >= todayStartsMs - 7 * dayMs) return 'lastSevenDays';
  return 'older';
}

/** `conversations`: newest first. `nowMs`: epoch milliseconds; days begin at local midnight. */
export function byDay(conversations: readonly ConversationView[], nowMs: number): DayGroup[] {
  const todayStartsMs = new Date(nowMs).setHours(0, 0, 0, 0);
  const groups = Map.groupBy(conversations, ({ updatedAt }) => dayOf(updatedAt, todayStartsMs));
  return [...groups].map(([day, members]) => ({ day, conversations: members }));
}
