/**
 * Answers and failures that arrive while no window is in front, as notifications of the system that open their
 * conversation. A page that is in front tells of them itself.
 */
import { Notification } from 'electron';
import type { ConversationListEvent, ConversationView } from '../../protocol/views.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { Words } from './words.ts';

export interface NotifierOptions {
  words: Words;
  /** The list of conversations as the engine tells of it, until the signal. */
  changes: AsyncIterable<ConversationListEvent>;
  /** The user is at one of the windows. */
  isInFront: () => boolean;
  open: (id: ConversationId) => void;
  unreadChanged: (total: number) => void;
}

/** Runs until `changes` ends. */
export async function notifyOfArrivals(options: NotifierOptions): Promise<void> {
  const { changes, unreadChanged } = options;
  const unread = new Map<ConversationId, number>();
  const known = new Map<ConversationId, string>();
  const shown = new Map<ConversationId, Notification>();

  const note = (conversation: ConversationView): void => {
    unread.set(conversation.id, conversation.unread);
    known.set(conversation.id, arrivalOf(conversation));
  };
  for await (const event of changes) {
    if (event.type === 'all') for (const conversation of event.conversations) note(conversation);
    else if (event.type === 'removed') {
      unread.delete(event.id);
      known.delete(event.id);
    } else {
      const { conversation } = event;
      const isNew = arrivalOf(conversation) !== (known.get(conversation.id) ?? '') && conversation.unread > 0;
      note(conversation);
      if (isNew && !options.isInFront()) show(conversation, options, shown);
    }
    unreadChanged([...unread.values()].reduce((sum, count) => sum + count, 0));
  }
}

function arrivalOf({ arrival }: ConversationView): string {
  return arrival === null ? '' : `${arrival.messageId}/${arrival.at}`;
}

/** One for each conversation: a newer one takes its place. Held, because one that is collected cannot be clicked. */
function show(
  conversation: ConversationView,
  { words, open }: NotifierOptions,
  shown: Map<ConversationId, Notification>,
): void {
  if (!Notification.isSupported()) return;
  const { id, title, preview, arrival } = conversation;
  shown.get(id)?.close();
  const body = arrival?.kind === 'failure' ? words.failedAnswer : preview;
  const notification = new Notification({ title, body });
  notification.on('click', () => open(id));
  notification.on('close', () => {
    if (shown.get(id) === notification) shown.delete(id);
  });
  shown.set(id, notification);
  notification.show();
}
