/** Where the page is, in the part of the address after `#`: it works from any host and survives a reload. */
import { useSelector } from '@xstate/react';
import type { AgentId, ConversationId, GoalId, JobId, MessageId, TaskId } from '../../protocol/ids.ts';
import { Store } from '../remote/store.ts';

export const settingsSections = ['general', 'appearance', 'providers', 'pool', 'shortcuts', 'data', 'network'] as const;
export type SettingsSection = (typeof settingsSections)[number];

export type Route =
  | { readonly page: 'new' }
  /** `messageId`: shown and marked, as a hit of a search is. */
  | { readonly page: 'conversation'; readonly id: ConversationId; readonly messageId?: MessageId }
  /** `new`: one that was not saved yet. */
  | { readonly page: 'agents'; readonly id?: AgentId | 'new' }
  | { readonly page: 'settings'; readonly section: SettingsSection }
  | { readonly page: 'goals' }
  /** `taskId`: beside the goal. */
  | { readonly page: 'goal'; readonly id: GoalId; readonly taskId?: TaskId }
  /** `query`: the filters, as the part of an address behind `?`. */
  | { readonly page: 'queue'; readonly query?: string }
  | { readonly page: 'job'; readonly id: JobId }
  | { readonly page: 'workers' }
  | { readonly page: 'charts' }
  | { readonly page: 'inspector'; readonly actorId?: string };

const newPage: Route = { page: 'new' };

/** The same patterns as the protocol's schemas, whose code (zod) the page does not carry. */
const ulid = '[0-9A-HJKMNP-TV-Z]{26}';
const isId = {
  conversation: (text: string): text is ConversationId => new RegExp(`^conv_${ulid}$`).test(text),
  message: (text: string): text is MessageId => new RegExp(`^msg_${ulid}$`).test(text),
  job: (text: string): text is JobId => new RegExp(`^job_${ulid}$`).test(text),
  goal: (text: string): text is GoalId => new RegExp(`^goal_${ulid}$`).test(text),
  task: (text: string): text is TaskId => new RegExp(`^task_${ulid}$`).test(text),
  agent: (text: string): text is AgentId => new RegExp(`^agent_${ulid}$`).test(text),
};

/** An address that means nothing leads to the new page. */
function parseRoute(hash: string): Route {
  const [path = '', query] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page, first, second] = path.split('/').map(decode);
  switch (page) {
    case 'c':
      if (first === undefined || !isId.conversation(first)) return newPage;
      return second !== undefined && isId.message(second)
        ? { page: 'conversation', id: first, messageId: second }
        : { page: 'conversation', id: first };
    case 'agents':
      return first !== undefined && (first === 'new' || isId.agent(first)) ? { page, id: first } : { page };
    case 'settings':
      return { page, section: settingsSections.find((section) => section === first) ?? 'general' };
    case 'goals':
      if (first === undefined || !isId.goal(first)) return { page };
      return second !== undefined && isId.task(second)
        ? { page: 'goal', id: first, taskId: second }
        : { page: 'goal', id: first };
    case 'queue':
      return query === undefined || query === '' ? { page } : { page, query };
    case 'jobs':
      return first !== undefined && isId.job(first) ? { page: 'job', id: first } : { page: 'queue' };
    case 'workers':
    case 'charts':
      return { page };
    case 'inspector':
      return first === undefined || first === '' ? { page } : { page, actorId: first };
    default:
      return newPage;
  }
}

export function hashOf(route: Route): string {
  switch (route.page) {
    case 'new':
      return '#/';
    case 'conversation':
      return route.messageId === undefined ? `#/c/${route.id}` : `#/c/${route.id}/${route.messageId}`;
    case 'agents':
      return route.id === undefined ? '#/agents' : `#/agents/${route.id}`;
    case 'settings':
      return `#/settings/${route.section}`;
    case 'goal':
      return route.taskId === undefined ? `#/goals/${route.id}` : `#/goals/${route.id}/${route.taskId}`;
    case 'queue':
      return route.query === undefined || route.query === '' ? '#/queue' : `#/queue?${route.query}`;
    case 'job':
      return `#/jobs/${route.id}`;
    case 'goals':
    case 'workers':
    case 'charts':
      return `#/${route.page}`;
    case 'inspector':
      return route.actorId === undefined ? '#/inspector' : `#/inspector/${encodeURIComponent(route.actorId)}`;
  }
}

/** Damaged escapes stay as they are. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const current = new Store<Route>(parseRoute(location.hash));
window.addEventListener('hashchange', () => current.set(parseRoute(location.hash)));

export function navigate(route: Route): void {
  location.hash = hashOf(route);
}

/** By the address itself: its event comes a task later, and who has just gone elsewhere must not be led away from there. */
export function currentRoute(): Route {
  return parseRoute(location.hash);
}

export function useRoute(): Route {
  return useSelector(current, (route) => route);
}
