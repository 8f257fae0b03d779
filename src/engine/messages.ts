/** Messages as the API offers them: pages of the shown path, versions and branches, the queue. */
import type { MessageRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import type { ConversationId, MessageId } from '../protocol/ids.ts';
import type { Answers } from './answers.ts';
import type { Branches } from './branches.ts';
import { continueAnswer } from './continuation.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import { pageOf } from './message-pages.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { MessageQueue } from './message-queue.ts';
import type { EngineService } from './service.ts';
import type { Turn, TurnLoop } from './turn.ts';
import type { Ids } from './ulid.ts';
import type { Views } from './views.ts';

export interface MessagesOptions {
  store: Store;
  queue: LlmJobQueue;
  turns: TurnLoop;
  views: Views;
  ids: Ids;
  answers: Answers;
  branches: Branches;
  messageQueue: MessageQueue;
}

export function createMessages(options: MessagesOptions): EngineService['messages'] {
  const { store, queue, turns, views, ids, answers, branches, messageQueue } = options;
  const { chat } = store;

  /** A question is asked, once for each `requestId`. */
  const asking = async (
    procedure: string,
    input: { requestId: string },
    work: (turn: Turn) => Pick<MessageRow, 'id'>,
  ) => {
    const [id] = await turns.call(procedure, (turn) => once(turn, store, procedure, input, () => [work(turn).id]));
    const question = chat.message(id as MessageId);
    if (question !== undefined) return views.message(question);
    throw new EngineError('NOT_FOUND', 'This was done before, and the message or its conversation was removed since.');
  };
  const requireConversation = (id: ConversationId): void => {
    if (chat.conversation(id) !== undefined) return;
    throw new EngineError('NOT_FOUND', 'This conversation was removed, or never was.');
  };

  return {
    list({ conversationId, limit, ...where }) {
      requireConversation(conversationId);
      const { rows, more, moreNewer } = pageOf(chat, conversationId, where, limit);
      return { messages: rows.map((row) => views.message(row)), more, moreNewer };
    },
    get: (id) => views.message(answers.require(id)),
    continue: (input) =>
      asking('messages.continue', input, (turn) => ({
        id: continueAnswer(turn, { store, queue, answers, jobId: ids.job() }, input.messageId),
      })),
    regenerate: (input) =>
      asking('messages.regenerate', input, (turn) => branches.regenerate(turn, input.messageId, input)),
    edit: (input) => asking('messages.edit', input, (turn) => branches.edit(turn, input.messageId, input.text, input)),
    show: (id) => turns.call('messages.show', (turn) => branches.show(turn, id)).then((row) => views.message(row)),
    editQueued: ({ messageId, text }) =>
      turns
        .call('messages.editQueued', (turn) => messageQueue.edit(turn, messageId, text))
        .then((row) => views.message(row)),
    removeQueued: (id) => turns.call('messages.removeQueued', (turn) => messageQueue.remove(turn, id)),
    reorderQueued: ({ conversationId, order }) =>
      turns
        .call('messages.reorderQueued', (turn) => {
          requireConversation(conversationId);
          return messageQueue.reorder(turn, conversationId, order);
        })
        .then((rows) => rows.map((row) => views.message(row))),
    sendNow: (id) =>
      turns.call('messages.sendNow', (turn) => messageQueue.sendNow(turn, id)).then((row) => views.message(row)),
  };
}
