/** The order of the queue as the user sees it: their own change at once, then what the service says. */
import { useMemo, useState, type DragEvent } from 'react';
import type { ConversationId, MessageId } from '../../protocol/ids.ts';
import type { MessageView } from '../../protocol/views.ts';
import { useRequest } from '../conversations/use-request.ts';
import { useServices } from '../services.tsx';
import { moved } from './moved.ts';

export interface DragHandlers {
  /** The one that is being dragged. */
  readonly held: MessageId | null;
  onStart(id: MessageId, event: DragEvent): void;
  onOver(id: MessageId, event: DragEvent): void;
  onEnd(): void;
}

interface Reorder {
  readonly order: readonly MessageView[];
  /** So many places down, or up when negative. */
  move(id: MessageId, by: number): void;
  readonly drag: DragHandlers;
  readonly problem: string | null;
}

export function useReorder(conversationId: ConversationId, queued: readonly MessageView[]): Reorder {
  const { client, log } = useServices();
  const { problem, run } = useRequest();
  /** What the user has made of it, until the service has said the same or something else. */
  const [wanted, setWanted] = useState<{ over: readonly MessageView[]; ids: readonly MessageId[] } | null>(null);
  const [held, setHeld] = useState<MessageId | null>(null);
  const order = useMemo(() => {
    if (wanted === null || (wanted.over !== queued && held === null)) return queued;
    const byId = new Map(queued.map((message) => [message.id, message]));
    const known = wanted.ids.flatMap((id) => byId.get(id) ?? []);
    return [...known, ...queued.filter(({ id }) => !wanted.ids.includes(id))];
  }, [wanted, queued, held]);
  const ids = order.map(({ id }) => id);
  const save = (next: readonly MessageId[]): void => {
    const isSame = next.every((id, index) => id === queued[index]?.id);
    if (isSame) return setWanted(null);
    setWanted({ over: queued, ids: next });
    run(
      () =>
        client.messages.reorderQueued
          .mutate({ conversationId, order: [...next] })
          .then((messages) => log(conversationId).upsert(messages))
          .finally(() => setWanted(null)),
      () => undefined,
    );
  };
  return {
    order,
    problem,
    move: (id, by) => save(moved(ids, id, ids.indexOf(id) + by)),
    drag: {
      held,
      onStart(id, event) {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', '');
        setHeld(id);
      },
      onOver(id, event) {
        if (held === null) return;
        event.preventDefault();
        if (id !== held) setWanted({ over: queued, ids: moved(ids, held, ids.indexOf(id)) });
      },
      onEnd() {
        setHeld(null);
        if (held !== null) save(ids);
      },
    },
  };
}
