/** The messages of one conversation that this page holds: the newest page, older ones on demand, and every change. */
import type { ConversationId, MessageId } from '../../protocol/ids.ts';
import type { ConversationEvent, MessageView } from '../../protocol/views.ts';
import type { Client } from '../connection/client.ts';
import { describeError, isNotFound } from '../connection/refusal.ts';
import { inNextFrame } from '../remote/frames.ts';
import { live } from '../remote/live.ts';
import { Store } from '../remote/store.ts';
import { newerMessage, toReading, type Messages, type Reading } from './turns.ts';

/** Of a page: more than a screen holds, and drawn in a moment. Older ones come before they are in sight. */
const pageSize = 20;
/** Of what is read anew after a cut, which is not bridged where more than this has come meanwhile. */
const renewedSize = 50;
/** What the service sends at once. */
const longestPage = 200;

export interface LogState extends Reading {
  readonly phase: 'loading' | 'ready' | 'gone';
  /** There are older messages that are not loaded. */
  readonly more: boolean;
  readonly loadingOlder: boolean;
  /** Why the last page could not be loaded. */
  readonly problem: string | null;
}

export class MessageLog {
  readonly state = new Store<LogState>({
    phase: 'loading',
    turns: [],
    queued: [],
    more: false,
    loadingOlder: false,
    problem: null,
  });
  readonly #id: ConversationId;
  readonly #client: Pick<Client, 'conversations' | 'messages'>;
  #messages: Messages = new Map();
  #watchers = 0;
  #stop: (() => void) | undefined;

  constructor(id: ConversationId, client: Pick<Client, 'conversations' | 'messages'>) {
    this.#id = id;
    this.#client = client;
  }

  get isWatched(): boolean {
    return this.#watchers > 0;
  }

  /** Follows the conversation until the returned function is called. */
  watch(): () => void {
    this.#watchers += 1;
    if (this.#watchers === 1) {
      this.#stop = live<ConversationEvent>({
        start: (handlers) => this.#client.conversations.watch.subscribe({ id: this.#id }, handlers),
        onStarted: () => void this.#refresh('connected'),
        onData: (event) => this.#apply(event),
        onRefused: () => this.#gone(),
      });
    }
    return () => {
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#stop?.();
    };
  }

  upsert(messages: readonly MessageView[]): void {
    const next = new Map(this.#messages);
    for (const message of messages) {
      // A watch and a page travel separately: whichever comes second must not bring back an older state.
      const newer = newerMessage(next.get(message.id), message);
      if (newer.hidden) next.delete(message.id);
      else next.set(message.id, newer);
    }
    this.#set(next);
  }

  /** Loads the page before the oldest message that is here. */
  async loadOlder(): Promise<void> {
    const { more, loadingOlder } = this.state.getSnapshot();
    const oldest = this.#oldest()?.id;
    if (!more || loadingOlder || oldest === undefined) return;
    this.state.update((state) => ({ ...state, loadingOlder: true, problem: null }));
    try {
      const page = await this.#client.messages.list.query({
        conversationId: this.#id,
        before: oldest,
        limit: pageSize,
      });
      this.#messages = new Map([...page.messages.map((message) => [message.id, message] as const), ...this.#messages]);
      this.state.update((state) => ({ ...this.#read(state), more: page.more, loadingOlder: false }));
    } catch (error) {
      this.state.update((state) => ({ ...state, loadingOlder: false, problem: describeError(error) }));
    }
  }

  /**
   * Reads anew what is here, back to where it begins: what was removed or hidden meanwhile goes. After a connection was lost
   * a gap is not bridged: then the newest page is all there is. After a change of the path it may be all different, while
   * the reader stays where they are.
   */
  async #refresh(cause: 'connected' | 'path'): Promise<void> {
    const from = this.#oldest()?.position;
    try {
      const found: MessageView[] = [];
      for (let more = true, limit = from === undefined ? pageSize : renewedSize; more; limit = longestPage) {
        const before = found[0]?.id;
        const page = await this.#client.messages.list.query({
          conversationId: this.#id,
          ...(before === undefined ? {} : { before }),
          limit,
        });
        found.unshift(...page.messages);
        const [first] = page.messages;
        more = page.more;
        const goesBack = first !== undefined && from !== undefined && first.position > from;
        if (!more || !goesBack || (cause === 'connected' && !this.#messages.has(first.id))) {
          this.#messages = new Map(found.map((row) => [row.id, newerMessage(this.#messages.get(row.id), row)]));
          this.state.update((state) => ({ ...this.#read(state), phase: 'ready', more, problem: null }));
          return;
        }
      }
    } catch (error) {
      if (isNotFound(error)) this.#gone();
      else this.state.update((state) => ({ ...state, problem: describeError(error) }));
    }
  }

  /** The first message that is here. */
  #oldest(): MessageView | undefined {
    let oldest: MessageView | undefined;
    for (const message of this.#messages.values()) {
      if (oldest === undefined || message.position < oldest.position) oldest = message;
    }
    return oldest;
  }

  #apply(event: ConversationEvent): void {
    switch (event.type) {
      case 'messages':
        this.upsert(event.messages);
        return;
      case 'messages-removed': {
        const removed = new Set<MessageId>(event.ids);
        this.#set(new Map([...this.#messages].filter(([id]) => !removed.has(id))));
        return;
      }
      case 'path':
        void this.#refresh('path');
        return;
      case 'removed':
        this.#gone();
        return;
      case 'conversation':
        // The side bar's watch carries it too, for every conversation.
        return;
      default:
        event satisfies never;
    }
  }

  #gone(): void {
    this.#messages = new Map();
    this.state.update((state) => ({ ...state, phase: 'gone', turns: [], queued: [], more: false }));
  }

  #set(messages: Messages): void {
    this.#messages = messages;
    inNextFrame(this.#publish);
  }

  readonly #publish = (): void => this.state.update((state) => this.#read(state));

  #read(state: LogState): LogState {
    return { ...state, ...toReading(this.#messages, state.turns) };
  }
}
