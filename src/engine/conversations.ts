/** Conversations and their messages. A message and its job are one turn; so are an answer and the end of its job. */
import type { ConversationRow, MessageRow, NewConversationRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId, ConversationId } from '../protocol/ids.ts';
import type { Answers } from './answers.ts';
import { requireSendable } from './sendable.ts';
import { createConversationCare } from './conversation-care.ts';
import { createConversationWatches } from './conversation-watches.ts';
import { firstLine, preview, untitled } from './conversation-words.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import type { Goals } from './goals/goals.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import { addressees } from './mentions.ts';
import type { ProviderActors } from './provider-actors.ts';
import { createRemoval } from './removal.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';
import type { Turn, TurnLoop } from './turn.ts';
import type { Ids } from './ulid.ts';
import type { Views } from './views.ts';

export interface ConversationsOptions {
  store: Store;
  queue: LlmJobQueue;
  goals: Goals;
  turns: TurnLoop;
  topics: Topics;
  views: Views;
  ids: Ids;
  providers: ProviderActors;
  answers: Answers;
  defaultAgent: () => AgentId;
}

export function createConversations(options: ConversationsOptions): Pick<EngineService, 'conversations'> {
  const { store, queue, goals, turns, topics, views, ids, providers, answers, defaultAgent } = options;
  const { chat } = store;

  const requireConversation = (id: ConversationId): ConversationRow => {
    const row = chat.conversation(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', 'This conversation was removed, or never was.');
    return row;
  };
  const changed = (turn: Turn, id: ConversationId): void => {
    turn.ring(`conversation:${id}`);
    turn.ring('conversations', id);
  };

  return {
    conversations: {
      async create(input) {
        const [id] = await turns.call('conversations.create', (turn) =>
          once(turn, store, 'conversations.create', input, () => {
            const agentId = input.agentId ?? defaultAgent();
            if (chat.agent(agentId) === undefined) {
              throw new EngineError('NOT_FOUND', 'This agent was removed. Choose another one.');
            }
            const row: NewConversationRow = {
              id: ids.conversation(),
              title: input.title ?? untitled,
              titled: input.title !== undefined,
              agentId,
              preview: '',
              createdAt: turn.at,
              updatedAt: turn.at,
            };
            chat.insertConversation(row);
            turn.ring('conversations', row.id);
            return [row.id];
          }),
        );
        return views.conversation(requireConversation(id as ConversationId));
      },
      list: () => views.conversations(),
      get: (id) => views.conversation(requireConversation(id)),
      ...createConversationCare({ store, turns, topics, views, providers, requireConversation }),
      ...createRemoval({ store, queue, goals, turns, views }),
      async send(input) {
        const [id] = await turns.call('conversations.send', (turn) =>
          once(turn, store, 'conversations.send', input, () => {
            const conversation = requireConversation(input.conversationId);
            const { text, attachments = [], model, lane, demo } = input;
            const agents = addressees(store, conversation, text);
            requireSendable({ store, providers, conversation, agents, model }, attachments);
            // Of a message without words, what its first file is called.
            const words = text.trim() === '' ? (store.attachments.infos(attachments)[0]?.name ?? '') : text;
            const question = answers.ask(turn, { conversation, text, attachments, agents, model, lane, demo });
            chat.updateConversation(conversation.id, {
              updatedAt: turn.at,
              preview: preview(words),
              archivedAt: null,
              ...(conversation.titled || conversation.preview !== '' ? {} : { title: firstLine(words) }),
            });
            changed(turn, conversation.id);
            return [question.id];
          }),
        );
        const message = chat.message(id as MessageRow['id']);
        if (message === undefined) {
          throw new EngineError('NOT_FOUND', 'This message was sent before, and its conversation was removed since.');
        }
        return views.message(message);
      },
      ...createConversationWatches({ store, topics, views, requireConversation }),
    },
  };
}
