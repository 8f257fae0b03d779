/** Which dialog about conversations and projects is open: one at most, over whatever the page shows. */
import type { ConversationId, ProjectId } from '../../protocol/ids.ts';
import { Store } from '../remote/store.ts';

export type Asking =
  | { readonly what: 'rename' | 'settings' | 'members'; readonly id: ConversationId }
  | { readonly what: 'new-project' }
  | { readonly what: 'rename-project' | 'new-channel'; readonly projectId: ProjectId };

export const asking = new Store<{ readonly current: Asking | null }>({ current: null });

export function ask(current: Asking): void {
  asking.set({ current });
}

export function closeDialog(): void {
  asking.set({ current: null });
}
