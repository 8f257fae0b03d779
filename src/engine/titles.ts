/**
 * Titles: after the first answer of a conversation a small job of the low lane is asked for one. It is enqueued in the turn
 * that delivers the answer, and its result becomes the title in the turn that completes it, so a crash neither loses nor
 * repeats it. A title that somebody has given meanwhile stays. The demo cannot name anything: there the first line stays.
 */
import type { MessageRow } from '../../db/chat.model.ts';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import { splitModel, type ConversationId } from '../protocol/ids.ts';
import type { ProviderKind } from '../protocol/provider.ts';
import { titleFrom } from './conversation-words.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Turn } from './turn.ts';
import type { Ids } from './ulid.ts';

/** All of them take turns as one group, and are not counted as work of their conversations. */
const group = 'titles';
/** Of the question and of the answer: what a conversation is about is said at its beginning. */
const excerptChars = 2_000;
/** A title is a few tokens; models that think first need room for it. */
const maxOutputTokens = 1_000;

const system =
  'You name conversations. Answer with a title for the conversation below and nothing else: two to six words, in the ' +
  'language of the conversation, no quotation marks, no full stop.';

export interface TitlesOptions {
  store: Store;
  ids: Ids;
  queue: () => LlmJobQueue;
  providerKind: (id: JobRow['provider']) => ProviderKind | undefined;
  /** The user wants them. */
  enabled: () => boolean;
}

export class Titles {
  readonly #options: TitlesOptions;

  constructor(options: TitlesOptions) {
    this.#options = options;
  }

  /** A whole answer was delivered. Asks for a title, once for each conversation, unless it has one. */
  answered(turn: Turn, job: JobRow, question: MessageRow, answer: string): void {
    const { store, ids, queue, enabled } = this.#options;
    const conversation = store.chat.conversation(question.conversationId);
    if (conversation === undefined || conversation.titled || conversation.titleJobId !== null || !enabled()) return;
    const model = job.fallbackModel ?? job.data.model;
    if (this.#options.providerKind(splitModel(model).provider) === 'demo') return;
    const titleJobId = ids.job();
    queue().enqueue(turn, {
      id: titleJobId,
      name: 'title',
      lane: 'low',
      groupKey: group,
      data: {
        kind: 'prompt',
        model,
        system,
        messages: [{ role: 'user', content: excerptOf(question.text, answer) }],
        params: { maxOutputTokens },
        readsResults: false,
        titleOf: conversation.id,
      },
    });
    store.chat.updateConversation(conversation.id, { titleJobId });
  }

  /** A job has completed. */
  completed(turn: Turn, { data, returnvalue }: JobRow): void {
    if (data.kind !== 'prompt' || data.titleOf === undefined) return;
    this.#give(turn, data.titleOf, titleFrom(returnvalue?.text ?? ''));
  }

  #give(turn: Turn, id: ConversationId, title: string): void {
    const { chat } = this.#options.store;
    const conversation = chat.conversationEvenRemoved(id);
    if (conversation === undefined || conversation.titled || title === '') return;
    chat.updateConversation(id, { title, titled: true });
    turn.ring(`conversation:${id}`);
    turn.ring('conversations', id);
  }
}

function excerptOf(question: string, answer: string): string {
  const cut = (text: string): string => text.trim().slice(0, excerptChars);
  return `A person wrote:\n\n${cut(question)}\n\nThe answer began:\n\n${cut(answer)}`;
}
