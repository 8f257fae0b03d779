/** Which component shows which address. Each is loaded when it is first visited, but for the conversations. */
import { lazy, type ComponentType } from 'react';
import { ConversationPage } from '../conversations/conversation-page.tsx';
import { NewPage } from '../conversations/new-page.tsx';
import type { Route } from './route.ts';

export type Page = Route['page'];

export interface ViewProps<Name extends Page> {
  readonly route: Extract<Route, { page: Name }>;
  /** Opens the side bar where it does not fit beside the view. */
  readonly onMenu: () => void;
}

export type Views = { readonly [Name in Page]?: ComponentType<ViewProps<Name>> };

export const views: Views = {
  new: NewPage,
  conversation: ({ route, onMenu }) => (
    <ConversationPage key={route.id} id={route.id} messageId={route.messageId} onMenu={onMenu} />
  ),
  agents: lazyView(() => import('../agents/agents-view.tsx').then(({ AgentsView }) => AgentsView)),
  goals: lazyView(() => import('../goals/goals-view.tsx').then(({ GoalsView }) => GoalsView)),
  goal: lazyView(() => import('../goals/goal-page.tsx').then(({ GoalPage }) => GoalPage)),
  job: lazyView(() => import('../jobs/job-page.tsx').then(({ JobPage }) => JobPage)),
  workers: lazyView(() => import('../workers/workers-view.tsx').then(({ WorkersView }) => WorkersView)),
  charts: lazyView(() => import('../charts/charts-view.tsx').then(({ ChartsView }) => ChartsView)),
  queue: lazyView(() => import('../queue/queue-view.tsx').then(({ QueueView }) => QueueView)),
  inspector: lazyView(() => import('../inspector/inspector-view.tsx').then(({ InspectorView }) => InspectorView)),
  settings: lazyView(() => import('../settings/settings-view.tsx').then(({ SettingsView }) => SettingsView)),
};

/** A view that is loaded when it is first visited: `lazyView(() => import('../queue/queue-view.tsx').then(({ QueueView }) => QueueView))`. */
function lazyView<Name extends Page>(
  load: () => Promise<ComponentType<ViewProps<Name>>>,
): ComponentType<ViewProps<Name>> {
  return lazy(async () => ({ default: await load() }));
}
