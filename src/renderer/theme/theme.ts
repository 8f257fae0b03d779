/** Light or dark: the system's, until the user says otherwise. public/theme-at-start.js applies it before the page. */
import { KeptChoice, useKeptChoice } from './kept-choice.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const systemDark = matchMedia('(prefers-color-scheme: dark)');
const choice = new KeptChoice<Theme>('nightshift.theme', themes);

function apply(): void {
  const dark = choice.value === 'dark' || (choice.value === 'system' && systemDark.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

/** Applies the choice now and follows the system and the other windows from here on. */
export function startTheme(): void {
  choice.follow(apply);
  systemDark.addEventListener('change', apply);
}

export function setTheme(theme: Theme): void {
  choice.choose(theme);
}

export function useTheme(): Theme {
  return useKeptChoice(choice);
}
