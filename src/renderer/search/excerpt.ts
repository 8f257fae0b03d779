/**
 * A part of a conversation, around one of its messages: pages are added at both ends as one reads. It is what was there when
 * it was read; whoever reads to the end is brought back to the conversation itself, which goes on.
 */
import type { ConversationId, MessageId } from '../../protocol/ids.ts';
import type { MessageView } from '../../protocol/views.ts';
import type { Client } from '../connection/client.ts';
import { describeError, isNotFound } from '../connection/refusal.ts';
import { toReading, type Turn } from '../messages/turns.ts';
import { Store } from '../remote/store.ts';

/** On both sides together at first, and then with each page. */
const pageSize = 40;

export interface ExcerptState {
  readonly phase: 'loading' | 'ready' | 'gone' | 'failed';
  readonly turns: readonly Turn[];
  readonly more: boolean;
  readonly moreNewer: boolean;
  /** A page is under way, at that end. */
  readonly loading: 'older' | 'newer' | null;
  readonly problem: string | null;
}

export class Excerpt {
  readonly state = new Store<ExcerptState>({
    phase: 'loading',
    turns: [],
    more: false,
    moreNewer: false,
    loading: null,
    problem: null,
  });
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly #client: Pick<Client, 'messages'>;
  #messages = new Map<MessageId, MessageView>();

  constructor(client: Pick<Client, 'messages'>, conversationId: ConversationId, messageId: MessageId) {
    this.#client = client;
    this.conversationId = conversationId;
    this.messageId = messageId;
  }

  async load(): Promise<void> {
    this.state.update((state) => ({ ...state, phase: 'loading', problem: null }));
    try {
      const { conversationId, messageId } = this;
      const page = await this.#client.messages.list.query({ conversationId, around: messageId, limit: pageSize });
      this.#messages = new Map(page.messages.map((message) => [message.id, message]));
      const { more, moreNewer } = page;
      this.state.update((state) => ({ ...state, phase: 'ready', turns: this.#turns(), more, moreNewer }));
    } catch (error) {
      const phase = isNotFound(error) ? 'gone' : 'failed';
      this.state.update((state) => ({ ...state, phase, problem: describeError(error) }));
    }
  }

  loadOlder(): Promise<void> {
    return this.state.getSnapshot().more ? this.#extend('older') : Promise.resolve();
  }

  loadNewer(): Promise<void> {
    return this.state.getSnapshot().moreNewer ? this.#extend('newer') : Promise.resolve();
  }

  async #extend(end: 'older' | 'newer'): Promise<void> {
    const all = [...this.#messages.values()].sort((a, b) => (a.position < b.position ? -1 : 1));
    const edge = end === 'older' ? all[0] : all.at(-1);
    if (edge === undefined || this.state.getSnapshot().loading !== null) return;
    this.state.update((state) => ({ ...state, loading: end, problem: null }));
    try {
      const page = await this.#client.messages.list.query({
        conversationId: this.conversationId,
        limit: pageSize,
        ...(end === 'older' ? { before: edge.id } : { after: edge.id }),
      });
      for (const message of page.messages) this.#messages.set(message.id, message);
      const edges = end === 'older' ? { more: page.more } : { moreNewer: page.moreNewer };
      this.state.update((state) => ({ ...state, ...edges, turns: this.#turns(), loading: null }));
    } catch (error) {
      this.state.update((state) => ({ ...state, loading: null, problem: describeError(error) }));
    }
  }

  #turns(): readonly Turn[] {
    return toReading(this.#messages, this.state.getSnapshot().turns).turns;
  }
}
