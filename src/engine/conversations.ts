/** Conversations and their messages. A message and its job are one turn; so are an answer and the end of its job. */
import type { ConversationRow, MessageRow, NewConversationRow } from '../../db/chat.model.ts';
import { answerPosition } from '../../db/chat/chat.repository.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId, ConversationId } from '../protocol/ids.ts';
import type { ConversationEvent, ConversationListEvent } from '../protocol/views.ts';
import { continueAnswer, cutBack, deliverContinuation } from './continuation.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import type { ChatSide, LlmJobQueue, NewJob } from './llm-job-queue.service.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';
import type { Turn, TurnLoop } from './turn.ts';
import type { Ids } from './ulid.ts';
import type { Views } from './views.ts';

const titleChars = 60;
const previewChars = 120;

export interface ConversationsOptions {
  store: Store;
  queue: LlmJobQueue;
  turns: TurnLoop;
  topics: Topics;
  views: Views;
  ids: Ids;
  defaultAgent: () => AgentId;
}

/** What the queue tells the conversation of a chat job (`ChatSide`); called inside the queue's turn. */
export function createChatSide(store: Store, ids: Ids): ChatSide {
  return {
    deliver(turn, row, { text, thinking, status }) {
      if (row.data.kind !== 'chat') return;
      const { conversationId, messageId } = row.data;
      if (store.chat.message(messageId) === undefined) return;
      if (row.data.continues !== undefined) {
        deliverContinuation(turn, store, row.data, { text, thinking, status });
        return;
      }
      const message: MessageRow = {
        id: ids.message(),
        conversationId,
        role: 'assistant',
        text,
        thinking,
        status,
        jobId: row.id,
        continuationJobId: null,
        createdAt: turn.at,
        position: answerPosition(messageId),
      };
      store.chat.insertMessage(message);
      store.chat.updateConversation(conversationId, { updatedAt: turn.at, preview: preview(text) });
      turn.ring(`conversation:${conversationId}`, message.id);
    },
    retract(turn, row) {
      if (row.data.kind !== 'chat') return;
      if (row.data.continues !== undefined) {
        cutBack(turn, store, row.data);
        return;
      }
      const partial = store.chat.messageOfJob(row.id, 'assistant');
      if (partial === undefined) return;
      store.chat.removeAnswer(row.id);
      turn.ring(`conversation:${row.data.conversationId}`, partial.id);
    },
    changed(turn, row) {
      if (row.data.kind !== 'chat') return;
      turn.ring(`conversation:${row.data.conversationId}`, row.data.messageId);
      turn.ring('conversations', row.data.conversationId);
    },
  };
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
      watch: (id, signal) => watchConversation(id, signal),
      watchAll: (signal) => watchAll(signal),
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
        const keys = [...bell.takeKeys()] as MessageRow['id'][];
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
      yield { type: 'all', conversations: chat.conversations().map((row) => views.conversation(row)) };
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

/** A title from the first line, without the marks of Markdown. */
function firstLine(text: string): string {
  const line =
    (text.trim().split('\n', 1)[0] ?? '')
      .replace(/^[#>\s]+/, '')
      .replaceAll(/\*\*|`/g, '')
      .trim() || 'New conversation';
  return line.length <= titleChars ? line : `${line.slice(0, titleChars - 1).trimEnd()}…`;
}

function preview(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, previewChars);
}
