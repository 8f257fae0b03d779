import type { MessageId } from '../../protocol/ids.ts';

/** `ids` with this one in the place of another. */
export function moved(ids: readonly MessageId[], id: MessageId, to: number): MessageId[] {
  const rest = ids.filter((other) => other !== id);
  return rest.toSpliced(Math.max(0, Math.min(to, rest.length)), 0, id);
}
