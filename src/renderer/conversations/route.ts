/** Where the page is, in the part of the address after `#`: it works from any host and survives a reload. */
import { useSelector } from '@xstate/react';
import type { ConversationId } from '../../protocol/ids.ts';
import { Store } from '../remote/store.ts';

export type Route = { readonly page: 'new' } | { readonly page: 'conversation'; readonly id: ConversationId };

const newPage: Route = { page: 'new' };

/** The same pattern as the protocol's schema, whose code (zod) the page does not carry. */
function isConversationId(text: string): text is ConversationId {
  return /^conv_[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
}

export function parseRoute(hash: string): Route {
  const id = /^#\/c\/(.+)$/.exec(hash)?.[1];
  return id !== undefined && isConversationId(id) ? { page: 'conversation', id } : newPage;
}

export function hashOf(route: Route): string {
  return route.page === 'new' ? '#/' : `#/c/${route.id}`;
}

const current = new Store<Route>(parseRoute(location.hash));
window.addEventListener('hashchange', () => current.set(parseRoute(location.hash)));

export function navigate(route: Route): void {
  location.hash = hashOf(route);
}

export function currentRoute(): Route {
  return current.getSnapshot();
}

export function useRoute(): Route {
  return useSelector(current, (route) => route);
}
