/** Light or dark: the system's, until the user says otherwise. public/theme-at-start.js applies it before the page. */
import { useSelector } from '@xstate/react';
import { Store } from '../remote/store.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'nightshift.theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');
const choice = new Store<{ readonly theme: Theme }>({ theme: read() });

function read(): Theme {
  const stored = localStorage.getItem(storageKey);
  return themes.find((theme) => theme === stored) ?? 'system';
}

function apply(): void {
  const { theme } = choice.getSnapshot();
  const dark = theme === 'dark' || (theme === 'system' && systemDark.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

/** Applies the choice now and follows the system and the other windows from here on. */
export function startTheme(): void {
  apply();
  choice.subscribe(apply);
  systemDark.addEventListener('change', apply);
  window.addEventListener('storage', (event) => {
    if (event.key === storageKey) choice.set({ theme: read() });
  });
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, theme);
  choice.set({ theme });
}

export function useTheme(): Theme {
  return useSelector(choice, ({ theme }) => theme);
}
