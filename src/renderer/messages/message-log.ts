/** The messages of one conversation that this page holds: the newest page, older ones on demand, and every change. */
import type { ConversationId, MessageId } from '../../protocol/ids.ts';
import type { ConversationEvent, MessageView } from '../../protocol/views.ts';
import type { Client } from '../connection/client.ts';
import { describeError, isNotFound } from '../connection/refusal.ts';
import { inNextFrame } from '../remote/frames.ts';
import { live } from '../remote/live.ts';
import { Store } from '../remote/store.ts';
import { newerJob, toTurns, type Messages, type Turn } from './turns.ts';

const pageSize = 50;

export interface LogState {
  readonly phase: 'loading' | 'ready' | 'gone';
  readonly turns: readonly Turn[];
  /** There are older messages that are not loaded. */
  readonly more: boolean;
  readonly loadingOlder: boolean;
  /** Why the last page could not be loaded. */
  readonly problem: string | null;
}

/** A watch and a page travel separately: whichever comes second must not bring back an older state of the job. */
function newerMessage(known: MessageView | undefined, arrived: MessageView): MessageView {
  if (!known?.job || !arrived.job) return arrived;
  return newerJob(known.job, arrived.job) === arrived.job ? arrived : known;
}

export class MessageLog {
  readonly state = new Store<LogState>({
    phase: 'loading',
    turns: [],
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
        onStarted: () => void this.#refresh(),
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
    for (const message of messages) next.set(message.id, newerMessage(next.get(message.id), message));
    this.#set(next);
  }

  /** Loads the page before the oldest message that is here. */
  async loadOlder(): Promise<void> {
    const { more, loadingOlder } = this.state.getSnapshot();
    const first = this.state.getSnapshot().turns[0];
    const oldest = first?.question?.id ?? first?.answer?.id;
    if (!more || loadingOlder || oldest === undefined) return;
    this.state.update((state) => ({ ...state, loadingOlder: true, problem: null }));
    try {
      const page = await this.#client.messages.list.query({
        conversationId: this.#id,
        before: oldest,
        limit: pageSize,
      });
      this.#messages = new Map([...page.messages.map((message) => [message.id, message] as const), ...this.#messages]);
      this.state.update((state) => ({ ...this.#withTurns(state), more: page.more, loadingOlder: false }));
    } catch (error) {
      this.state.update((state) => ({ ...state, loadingOlder: false, problem: describeError(error) }));
    }
  }

  /** The newest page replaces what is here of its span: what was removed meanwhile goes, a gap is not bridged. */
  async #refresh(): Promise<void> {
    try {
      const page = await this.#client.messages.list.query({ conversationId: this.#id, limit: pageSize });
      const older = this.#olderThan(page.messages);
      const more = older.length > 0 ? this.state.getSnapshot().more : page.more;
      this.#messages = new Map(
        [...older, ...page.messages.map((message) => newerMessage(this.#messages.get(message.id), message))].map(
          (message) => [message.id, message],
        ),
      );
      this.state.update((state) => ({ ...this.#withTurns(state), phase: 'ready', more, problem: null }));
    } catch (error) {
      if (isNotFound(error)) this.#gone();
      else this.state.update((state) => ({ ...state, problem: describeError(error) }));
    }
  }

  /** What is here from before a page, if the page joins on to it; nothing if there is a gap. */
  #olderThan([first]: readonly MessageView[]): MessageView[] {
    if (first === undefined || !this.#messages.has(first.id)) return [];
    const { turns } = this.state.getSnapshot();
    const at = turns.findIndex(({ question, answer }) => question?.id === first.id || answer?.id === first.id);
    const before = turns.slice(0, Math.max(at, 0)).flatMap(({ question, answer }) => [question, answer]);
    // A page may begin between a question and its answer.
    const itsQuestion = first.role === 'assistant' ? (turns[at]?.question ?? null) : null;
    return [...before, itsQuestion].filter((message) => message !== null);
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
    this.state.update((state) => ({ ...state, phase: 'gone', turns: [], more: false }));
  }

  #set(messages: Messages): void {
    this.#messages = messages;
    inNextFrame(this.#publish);
  }

  readonly #publish = (): void => this.state.update((state) => this.#withTurns(state));

  #withTurns(state: LogState): LogState {
    return { ...state, turns: toTurns(this.#messages, state.turns) };
  }
}
