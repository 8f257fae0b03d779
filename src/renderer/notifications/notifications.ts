/**
 * Tells of answers and failures that arrive where nobody looks. What arrives within a moment is told together; and what
 * was read in that moment, here or in another window, is not told at all.
 */
import type { ConversationId } from '../../protocol/ids.ts';
import type { ConversationView } from '../../protocol/views.ts';
import type { ConversationListStore } from '../conversations/conversation-list.ts';
import { goalNews } from '../goals/goal-news.ts';
import type { GoalsStore } from '../goals/goals-store.ts';
import { i18n } from '../i18n/i18n.ts';
import { Store } from '../remote/store.ts';
import { currentRoute, navigate, type Route } from '../shell/route.ts';
import { latestArrivals, newlyArrived, type Arrivals } from './arrivals.ts';
import type { Notifier, NotifierPermission } from './notifier.ts';
import type { Toasts } from './toasts.ts';

const gatherMs = 500;
/** From so many conversations on they are told as one. */
const manyFrom = 3;
const storageKey = 'nightshift.notifications';
const offeredKey = 'nightshift.notifications.offered';

export interface DesktopState {
  readonly permission: NotifierPermission;
  /** The user wants them; they need the permission as well. */
  readonly wanted: boolean;
}

export interface NotificationsOptions {
  readonly window: Window;
  readonly conversations: ConversationListStore;
  readonly goals: GoalsStore;
  readonly toasts: Toasts;
  readonly notifier: Notifier;
  readonly agentName: (conversation: ConversationView) => string;
}

export class Notifications {
  readonly desktop: Store<DesktopState>;
  readonly #options: NotificationsOptions;
  #known: Arrivals | undefined;
  readonly #gathered = new Set<ConversationId>();
  #timer: number | undefined;

  constructor(options: NotificationsOptions) {
    this.#options = options;
    const { window, notifier } = options;
    const wanted = window.localStorage.getItem(storageKey) !== 'off';
    this.desktop = new Store<DesktopState>({ permission: notifier.permission(), wanted });
  }

  /** Follows the conversations for as long as the page lives. */
  start(): void {
    const { conversations } = this.#options;
    conversations.latest.subscribe(({ loaded, conversations: all }) => {
      if (!loaded) return;
      const known = this.#known;
      this.#known = latestArrivals(all);
      // What was there when the page was opened is no news.
      if (known === undefined) return;
      for (const { id } of newlyArrived(known, all)) this.#gather(id);
    });
  }

  /** Because a button was pressed: asks for the permission where nobody was asked yet. */
  async turnOn(): Promise<void> {
    const { notifier, window } = this.#options;
    const permission = notifier.permission() === 'default' ? await notifier.ask() : notifier.permission();
    window.localStorage.setItem(storageKey, 'on');
    this.desktop.set({ permission, wanted: true });
  }

  turnOff(): void {
    this.#options.window.localStorage.setItem(storageKey, 'off');
    this.desktop.update((state) => ({ ...state, wanted: false }));
  }

  /** On screen and in front: what arrives there is seen. */
  isSeen(id: ConversationId): boolean {
    const { window, goals } = this.#options;
    const route = currentRoute();
    if (!isInFront(window.document)) return false;
    if (route.page === 'conversation') return route.id === id;
    const shown = goals.latest.getSnapshot().goals.find((goal) => route.page === 'goal' && goal.id === route.id);
    return shown?.conversationId === id;
  }

  #gather(id: ConversationId): void {
    this.#gathered.add(id);
    if (this.#timer !== undefined) return;
    this.#timer = this.#options.window.setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, gatherMs);
  }

  #tell(): void {
    const { conversations, window } = this.#options;
    const ids = [...this.#gathered];
    this.#gathered.clear();
    const unread = ids.flatMap((id) => {
      const conversation = conversations.find(id);
      return conversation === undefined || conversation.unread === 0 || this.isSeen(id) ? [] : [conversation];
    });
    if (unread.length === 0) return;
    const notes = unread.length >= manyFrom ? [noteOfMany(unread)] : unread.map((one) => this.#noteOf(one));
    const { permission, wanted } = this.desktop.getSnapshot();
    const desktop = !isInFront(window.document) && wanted && permission === 'granted';
    for (const note of notes) {
      if (desktop) this.#options.notifier.show(note);
      else this.#toast(note);
    }
  }

  #toast({ tag, title, body, isFailure, onClick }: Note): void {
    const { toasts, window } = this.#options;
    const { permission, wanted } = this.desktop.getSnapshot();
    toasts.show({
      id: tag,
      title,
      quote: body,
      tone: isFailure ? 'alarm' : 'note',
      action: { label: i18n.t('notifications:open'), run: onClick },
      lifeMs: 10_000,
    });
    if (permission !== 'default' || !wanted || window.localStorage.getItem(offeredKey) !== null) return;
    // Once, at the first use; afterwards it is found in the settings.
    window.localStorage.setItem(offeredKey, '1');
    toasts.show({
      id: 'offer-desktop',
      title: i18n.t('notifications:desktop'),
      text: i18n.t('notifications:desktopHint'),
      action: { label: i18n.t('notifications:allow'), run: () => void this.turnOn() },
      lifeMs: 20_000,
    });
  }

  #noteOf(conversation: ConversationView): Note {
    const { id, title, unread, arrival } = conversation;
    const news = arrival === null ? null : goalNews(arrival.kind, id, this.#options.goals.latest.getSnapshot().goals);
    if (news !== null) {
      return {
        tag: id,
        title: i18n.t(`goals:news.${news.kind}`),
        body: news.title,
        isFailure: news.kind === 'failure',
        onClick: () => navigate(news.route),
      };
    }
    const agent = this.#options.agentName(conversation);
    const isFailure = arrival?.kind === 'failure';
    const what =
      unread > 1 && !isFailure
        ? i18n.t('notifications:answers', { count: unread })
        : i18n.t(isFailure ? 'notifications:failure' : 'notifications:answer', { agent });
    const route: Route =
      arrival === null ? { page: 'conversation', id } : { page: 'conversation', id, messageId: arrival.messageId };
    return { tag: id, title: what, body: title, isFailure, onClick: () => navigate(route) };
  }
}

interface Note {
  readonly tag: string;
  readonly title: string;
  readonly body: string;
  readonly isFailure: boolean;
  readonly onClick: () => void;
}

/** Leads to the one that came last. */
function noteOfMany(conversations: readonly ConversationView[]): Note {
  const newest = conversations.toSorted((a, b) => (b.arrival?.at ?? 0) - (a.arrival?.at ?? 0))[0];
  return {
    tag: 'many',
    title: i18n.t('notifications:many', { count: conversations.length }),
    body: conversations.map(({ title }) => title).join(' · '),
    isFailure: conversations.every(({ arrival }) => arrival?.kind === 'failure'),
    onClick: () => {
      if (newest !== undefined) navigate({ page: 'conversation', id: newest.id });
    },
  };
}

export function isInFront(document: Document): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}
