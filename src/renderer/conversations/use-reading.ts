import { useEffect } from 'react';
import type { ConversationView } from '../../protocol/views.ts';
import { isInFront } from '../notifications/notifications.ts';
import { useServices } from '../services.tsx';

/** Marks what arrives in the conversation as read while it is on screen and in front, and as soon as it is. */
export function useReading(conversation: ConversationView | undefined): void {
  const { client } = useServices();
  const unread = conversation?.unread ?? 0;
  const id = conversation?.id;
  const messageId = conversation?.arrival?.messageId;
  useEffect(() => {
    if (id === undefined || messageId === undefined || unread === 0) return undefined;
    const read = () => {
      if (!isInFront(document)) return;
      client.conversations.markRead.mutate({ id, messageId }).catch((error: unknown) => {
        console.warn('A conversation could not be marked as read; the next look at it tries again.', error);
      });
    };
    read();
    window.addEventListener('focus', read);
    document.addEventListener('visibilitychange', read);
    return () => {
      window.removeEventListener('focus', read);
      document.removeEventListener('visibilitychange', read);
    };
  }, [client, id, messageId, unread]);
}
