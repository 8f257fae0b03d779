/** What keeps conversations in order: name, pin, archive, read marks, who takes part, settings of their own, drafts. */
import type { ConversationRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import type { ConversationSettings, DraftView } from '../protocol/conversations.ts';
import { splitModel, type ConversationId } from '../protocol/ids.ts';
import { EngineError } from './errors.ts';
import { requireAgents } from './projects.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';
import type { Turn, TurnLoop } from './turn.ts';
import type { Views } from './views.ts';
import { watchState } from './watch-state.ts';

export interface ConversationCareOptions {
  store: Store;
  turns: TurnLoop;
  topics: Topics;
  views: Views;
  providers: ProviderActors;
  /** Throws `NOT_FOUND`. */
  requireConversation: (id: ConversationId) => ConversationRow;
}

type Care = Pick<
  EngineService['conversations'],
  'rename' | 'organize' | 'markRead' | 'setMembers' | 'settings' | 'setSettings' | 'saveDraft' | 'watchDraft'
>;

export function createConversationCare(options: ConversationCareOptions): Care {
  const { store, turns, topics, views, providers, requireConversation } = options;
  const { chat } = store;

  /** Changes the row, tells whoever watches it, and returns it as it is then. */
  const change = (turn: Turn, row: ConversationRow, to: Partial<ConversationRow>) => {
    chat.updateConversation(row.id, to);
    turn.ring(`conversation:${row.id}`);
    turn.ring('conversations', row.id);
    return views.conversation({ ...row, ...to });
  };

  return {
    rename: (id, title) =>
      turns.call('conversations.rename', (turn) => change(turn, requireConversation(id), { title, titled: true })),
    organize: ({ id, pinned, archived }) =>
      turns.call('conversations.organize', (turn) => {
        const row = requireConversation(id);
        const since = (wanted: boolean | undefined, at: number | null) =>
          wanted === undefined ? at : wanted ? (at ?? turn.at) : null;
        return change(turn, row, {
          pinnedAt: since(pinned, row.pinnedAt),
          archivedAt: since(archived, row.archivedAt),
        });
      }),
    markRead: ({ id, messageId }) =>
      turns.call('conversations.markRead', (turn) => {
        const row = requireConversation(id);
        // Something newer has come, which its reader has not seen.
        const stale = row.arrival !== null && row.arrival.messageId !== messageId;
        return row.unread === 0 || stale ? views.conversation(row) : change(turn, row, { unread: 0 });
      }),
    setMembers: ({ id, agentIds, leadId }) =>
      turns.call('conversations.setMembers', (turn) => {
        const row = requireConversation(id);
        if (row.kind !== 'channel') {
          throw new EngineError('CONFLICT', 'A direct message is with one agent. Create a channel for several.');
        }
        requireAgents(store, agentIds);
        chat.setMembers(id, agentIds, leadId);
        return change(turn, row, { agentId: leadId });
      }),
    settings: (id) => ownSettings(requireConversation(id)),
    setSettings: ({ id, agentId, ...settings }) =>
      turns.call('conversations.setSettings', (turn) => {
        const row = requireConversation(id);
        if (agentId !== undefined) {
          if (row.kind === 'channel') {
            throw new EngineError('CONFLICT', 'Several agents take part in a channel. Set its members instead.');
          }
          requireAgents(store, [agentId]);
        }
        const models = [settings.model, ...(settings.fallbacks ?? [])];
        for (const model of models) if (model != null) providers.require(splitModel(model).provider);
        const to = Object.fromEntries(
          Object.entries({ ...settings, agentId }).filter(([, value]) => value !== undefined),
        ) as Partial<ConversationRow>;
        if (Object.keys(to).length > 0) change(turn, row, to);
        return ownSettings({ ...row, ...to });
      }),
    saveDraft: ({ id, text, writer }) =>
      turns.call('conversations.saveDraft', (turn) => {
        requireConversation(id);
        const draft = { text, writer, updatedAt: turn.at };
        chat.saveDraft({ conversationId: id, ...draft });
        turn.ring(`draft:${id}`);
        return draft;
      }),
    watchDraft,
  };

  async function* watchDraft(id: ConversationId, signal: AbortSignal): AsyncGenerator<DraftView> {
    requireConversation(id);
    yield* watchState(topics, `draft:${id}`, signal, () => {
      const row = chat.draft(id);
      return row === undefined
        ? { text: '', writer: '', updatedAt: 0 }
        : { text: row.text, writer: row.writer, updatedAt: row.updatedAt };
    });
  }
}

function ownSettings({ model, lane, fallbacks, systemPrompt, params }: ConversationRow): ConversationSettings {
  return { model, lane, fallbacks, systemPrompt, params };
}
