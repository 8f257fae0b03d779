/** Conversations and their messages. A message and its job are one turn; so are an answer and the end of its job. */
import type { ConversationRow, MessageRow, NewConversationRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId, ConversationId } from '../protocol/ids.ts';
import { continueAnswer } from './continuation.ts';
import { createConversationWatches } from './conversation-watches.ts';
import { firstLine, preview } from './conversation-words.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import type { LlmJobQueue, NewJob } from './llm-job-queue.service.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';
import type { Turn, TurnLoop } from './turn.ts';
import type { Ids } from './ulid.ts';
import type { Views } from './views.ts';

export interface ConversationsOptions {
  store: Store;
  queue: LlmJobQueue;
  turns: TurnLoop;
  topics: Topics;
  views: Views;
  ids: Ids;
  defaultAgent: () => AgentId;
}

export function createConversations(options: ConversationsOptions): Pick<EngineService, 'conversations' | 'messages'> {
  const { store, queue, turns, topics, views, ids, defaultAgent } = options;
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
              title: input.title ?? 'New conversation',
              titled: input.title !== undefined,
              agentId,
              lastJobId: null,
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
      list: () => chat.conversations().map((row) => views.conversation(row)),
      get: (id) => views.conversation(requireConversation(id)),
      rename: (id, title) =>
        turns.call('conversations.rename', (turn) => {
          const row = requireConversation(id);
          chat.updateConversation(id, { title, titled: true });
          changed(turn, id);
          return views.conversation({ ...row, title });
        }),
      remove: (id) =>
        turns.call('conversations.remove', (turn) => {
          requireConversation(id);
          for (const jobId of store.jobs.openIdsOfGroup(id)) queue.cancel(turn, jobId);
          chat.removeConversation(id);
          changed(turn, id);
        }),
      async send(input) {
        const [id] = await turns.call('conversations.send', (turn) =>
          once(turn, store, 'conversations.send', input, () => {
            const conversation = requireConversation(input.conversationId);
            const agent = chat.agent(conversation.agentId);
            if (agent === undefined) throw new EngineError('NOT_FOUND', 'The agent of this conversation was removed.');
            const messageId = ids.message();
            const jobId = ids.job();
            const job = queue.enqueue(turn, {
              id: jobId,
              name: 'chat',
              lane: input.lane ?? agent.lane,
              groupKey: conversation.id,
              fallbacks:
                input.model === undefined && agent.fallbacks.length > 0
                  ? { models: agent.fallbacks, afterMs: agent.fallbackAfterMs }
                  : null,
              dependencies: chainBehind(conversation),
              data: {
                kind: 'chat',
                conversationId: conversation.id,
                messageId,
                agentId: agent.id,
                model: input.model ?? agent.model,
                demo: input.demo,
              },
            });
            chat.insertMessage({
              id: messageId,
              conversationId: conversation.id,
              role: 'user',
              text: input.text,
              thinking: null,
              status: 'complete',
              jobId: job.id,
              continuationJobId: null,
              createdAt: turn.at,
              position: messageId,
            });
            chat.updateConversation(conversation.id, {
              lastJobId: job.id,
              updatedAt: turn.at,
              preview: preview(input.text),
              ...(conversation.titled ? {} : { title: firstLine(input.text), titled: true }),
            });
            changed(turn, conversation.id);
            turn.ring(`conversation:${conversation.id}`, messageId);
            return [messageId];
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
    messages: {
      async continue(input) {
        const [id] = await turns.call('messages.continue', (turn) =>
          once(turn, store, 'messages.continue', input, () => [
            continueAnswer(turn, { store, queue, jobId: ids.job() }, input.messageId),
          ]),
        );
        const question = chat.message(id as MessageRow['id']);
        if (question === undefined) throw new EngineError('NOT_FOUND', 'The conversation was removed since.');
        return views.message(question);
      },
      list({ conversationId, before, limit }) {
        requireConversation(conversationId);
        const position = before === undefined ? undefined : chat.message(before)?.position;
        if (before !== undefined && position === undefined) {
          throw new EngineError('NOT_FOUND', `The message ${before} was removed.`);
        }
        const rows =
          position === undefined
            ? chat.newestMessages(conversationId, limit + 1)
            : chat.messagesBefore(conversationId, position, limit + 1);
        const messages = rows.slice(0, limit).map((row) => views.message(row));
        return { messages: messages.toReversed(), more: rows.length > limit };
      },
    },
  };

  /**
   * A conversation's messages are answered one after the other; one whose answer failed holds what comes behind it. Behind
   * a cancelled one a message waits for what that one still waited for.
   */
  function chainBehind(conversation: ConversationRow): NonNullable<NewJob['dependencies']> {
    const last = conversation.lastJobId === null ? undefined : queue.actors.row(conversation.lastJobId);
    if (last === undefined || last.state === 'completed') return [];
    if (last.state !== 'cancelled') return [{ jobId: last.id, onFailure: 'hold' }];
    const unmet = store.dependencies
      .dependenciesOf(last.id)
      .filter(({ state }) => state === 'open' || state === 'held');
    return unmet.map(({ dependsOnId }) => ({ jobId: dependsOnId, onFailure: 'hold' }));
  }
}
