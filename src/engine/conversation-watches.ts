/** What pages watch of conversations: one with its messages, and the list of all. */
import type { ConversationRow, MessageRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import type { ConversationId } from '../protocol/ids.ts';
import type { ConversationEvent, ConversationListEvent } from '../protocol/views.ts';
import { pathKey } from './branches.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';
import type { Views } from './views.ts';

export interface ConversationWatchesOptions {
  store: Store;
  topics: Topics;
  views: Views;
  /** Throws `NOT_FOUND`. */
  requireConversation: (id: ConversationId) => ConversationRow;
}

export function createConversationWatches(
  options: ConversationWatchesOptions,
): Pick<EngineService['conversations'], 'watch' | 'watchAll'> {
  const { store, topics, views, requireConversation } = options;
  const { chat } = store;
  return { watch: watchConversation, watchAll };

  async function* watchConversation(id: ConversationId, signal: AbortSignal): AsyncGenerator<ConversationEvent> {
    const bell = topics.listen([`conversation:${id}`, 'providers'], signal);
    try {
      yield { type: 'conversation', conversation: views.conversation(requireConversation(id)) };
      while (await bell.next()) {
        const row = chat.conversation(id);
        if (row === undefined) {
          yield { type: 'removed' };
          return;
        }
        const rung = bell.takeKeys();
        if (rung.delete(pathKey)) yield { type: 'path' };
        const keys = [...rung] as MessageRow['id'][];
        const rows = keys.map((key) => ({ key, row: chat.message(key) }));
        const removed = rows.filter(({ row: message }) => message === undefined).map(({ key }) => key);
        const present = rows.flatMap(({ row: message }) => (message === undefined ? [] : [views.message(message)]));
        if (removed.length > 0) yield { type: 'messages-removed', ids: removed };
        if (present.length > 0) yield { type: 'messages', messages: present };
        yield { type: 'conversation', conversation: views.conversation(row) };
      }
    } finally {
      bell.close();
    }
  }

  async function* watchAll(signal: AbortSignal): AsyncGenerator<ConversationListEvent> {
    const bell = topics.listen(['conversations'], signal);
    try {
      yield { type: 'all', conversations: views.conversations() };
      while (await bell.next()) {
        for (const id of bell.takeKeys() as Set<ConversationId>) {
          const row = chat.conversation(id);
          if (row === undefined) yield { type: 'removed', id };
          else yield { type: 'changed', conversation: views.conversation(row) };
        }
      }
    } finally {
      bell.close();
    }
  }
}
