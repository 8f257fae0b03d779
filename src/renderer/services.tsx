/** Everything the page keeps outside React, made once from a transport. */
import { createContext, useContext } from 'react';
import type { AgentId, ConversationId } from '../protocol/ids.ts';
import type { AgentListView, AgentView } from '../protocol/agents.ts';
import type { PoolView } from '../protocol/pool.ts';
import type { ProviderView } from '../protocol/provider-api.ts';
import type { HealthView } from '../protocol/views.ts';
import { ComposerStorage } from './composer/kept.ts';
import { AllDraftFiles, type DraftFiles } from './attachments/draft-files.ts';
import { Composers, type ComposerKey } from './composer/composers.ts';
import { connect, retryWhenBack, type Client, type ConnectionActor } from './connection/client.ts';
import type { Transport } from './connection/transport.ts';
import { ConversationListStore } from './conversations/conversation-list.ts';
import { watchProjects, type ProjectList } from './conversations/projects-store.ts';
import { GoalStarts } from './goals/goal-options.ts';
import { GoalsStore } from './goals/goals-store.ts';
import { Notifications } from './notifications/notifications.ts';
import type { Notifier } from './notifications/notifier.ts';
import { Toasts } from './notifications/toasts.ts';
import { Search } from './search/search.ts';
import { currentRoute, navigate } from './shell/route.ts';
import type { MessageLog } from './messages/message-log.ts';
import { MessageLogs } from './messages/message-logs.ts';
import { inNextFrame } from './remote/frames.ts';
import { live } from './remote/live.ts';
import { RemoteActors } from './remote/remote-actor.ts';
import { Store } from './remote/store.ts';

export interface Agents {
  readonly all: readonly AgentView[];
  /** With whom a conversation is that nobody chose an agent for. */
  readonly defaultId: AgentId | null;
}

export interface Services {
  readonly client: Client;
  readonly connection: ConnectionActor;
  readonly conversations: ConversationListStore;
  readonly composers: Composers;
  readonly remoteActors: RemoteActors;
  readonly pool: Store<PoolView | null>;
  /** Null until the service has said how it is. */
  readonly health: Store<HealthView | null>;
  readonly agents: Store<Agents>;
  readonly providers: Store<readonly ProviderView[]>;
  readonly projects: Store<ProjectList>;
  readonly goals: GoalsStore;
  /** How the next goal is started. */
  readonly goalStarts: GoalStarts;
  /** Short notes over the page. */
  readonly toasts: Toasts;
  readonly notifications: Notifications;
  readonly search: Search;
  /** The files of the message that is being written there. */
  draftFiles(key: ComposerKey): DraftFiles;
  log(id: ConversationId): MessageLog;
  /** It has come back after it was removed: its messages are read anew. */
  forgetLog(id: ConversationId): void;
}

/** Connects, and starts what the whole page needs. It lives as long as the page does. */
export function createServices(transport: Transport, window: Window & typeof globalThis, notifier: Notifier): Services {
  const { client, actor: connection } = connect(transport);
  retryWhenBack(connection, window);
  const logs = new MessageLogs(client);
  const goals = new GoalsStore(client);
  const goalStarts = new GoalStarts(window.localStorage);
  const composers = new Composers({
    client,
    storage: new ComposerStorage(window.localStorage, window.sessionStorage),
    onDelivered(key, conversationId, message) {
      if (message === null) goalStarts.started();
      else logs.get(conversationId).upsert([message]);
      if (key === 'new' && currentRoute().page === 'new') navigate({ page: 'conversation', id: conversationId });
    },
  });
  const conversations = new ConversationListStore(client);
  const agents = new Store<Agents>({ all: [], defaultId: null });
  const toasts = new Toasts();
  const draftFiles = new AllDraftFiles(client, composers);
  const services: Services = {
    client,
    connection,
    conversations,
    composers,
    remoteActors: new RemoteActors(client),
    pool: new Store<PoolView | null>(null),
    health: new Store<HealthView | null>(null),
    agents,
    providers: new Store<readonly ProviderView[]>([]),
    projects: watchProjects(client),
    goals,
    goalStarts,
    toasts,
    notifications: new Notifications({
      window,
      conversations,
      goals,
      toasts,
      notifier,
      agentName: ({ arrival, agentId }) =>
        agents.getSnapshot().all.find(({ id }) => id === (arrival?.agentId ?? agentId))?.name ?? '',
    }),
    search: new Search(client),
    draftFiles: (key) => draftFiles.get(key),
    log: (id) => logs.get(id),
    forgetLog: (id) => logs.forget(id),
  };
  services.conversations.watch();
  goals.watch();
  services.notifications.start();
  watchPool(services);
  watchHealth(services);
  watchProviders(services);
  watchAgents(services);
  connection.subscribe((snapshot) => {
    if (!snapshot.matches('online')) return;
    composers.connected();
  });
  composers.resume();
  return services;
}

function watchPool({ client, pool }: Services): void {
  let latest: PoolView | null = null;
  const publish = () => pool.set(latest);
  live<PoolView>({
    start: (handlers) => client.pool.watch.subscribe(undefined, handlers),
    onData: (view) => {
      latest = view;
      inNextFrame(publish);
    },
  });
}

function watchHealth({ client, health }: Services): void {
  live<HealthView>({
    start: (handlers) => client.system.watchHealth.subscribe(undefined, handlers),
    onData: (view) => health.set(view),
  });
}

function watchProviders({ client, providers }: Services): void {
  live<readonly ProviderView[]>({
    start: (handlers) => client.providers.watch.subscribe(undefined, handlers),
    onData: (all) => providers.set(all),
  });
}

function watchAgents({ client, agents }: Services): void {
  live<AgentListView>({
    start: (handlers) => client.agents.watch.subscribe(undefined, handlers),
    onData: ({ agents: all, defaultAgentId }) => agents.set({ all, defaultId: defaultAgentId }),
  });
}

const ServicesContext = createContext<Services | null>(null);
export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('useServices() is used outside of <ServicesProvider>');
  return services;
}
