/** Sorts conversations under the headings of the side bar. Pure. */
import type { ConversationView } from '../../protocol/views.ts';

export interface DayGroup {
  readonly label: string;
  readonly conversations: readonly ConversationView[];
}

const dayMs = 86_400_000;

function labelOf(atMs: number, todayStartsMs: number): string {
  if (atMs >= todayStartsMs) return 'Today';
  if (atMs >= todayStartsMs - dayMs) return 'Yesterday';
  if (atMs >= todayStartsMs - 7 * dayMs) return 'Last seven days';
  return 'Older';
}

/** `conversations`: newest first. `nowMs`: epoch milliseconds; days begin at local midnight. */
export function byDay(conversations: readonly ConversationView[], nowMs: number): DayGroup[] {
  const todayStartsMs = new Date(nowMs).setHours(0, 0, 0, 0);
  const groups = Map.groupBy(conversations, ({ updatedAt }) => labelOf(updatedAt, todayStartsMs));
  return [...groups].map(([label, members]) => ({ label, conversations: members }));
}
