/** Whether the command palette or the cheat sheet is open. */
import { Store } from '../remote/store.ts';

export const shown = new Store<{ readonly what: 'palette' | 'cheat sheet' | null }>({ what: null });

export function openPalette(): void {
  shown.set({ what: 'palette' });
}

export function openCheatSheet(): void {
  shown.set({ what: 'cheat sheet' });
}

export function closeShown(): void {
  shown.set({ what: null });
}
