/** What can be done anywhere in the page. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, languages, type Language } from '../i18n/i18n.ts';
import { listedSections } from '../settings/sections.ts';
import { navigate, type Route } from '../shell/route.ts';
import { views } from '../shell/views.tsx';
import { setTheme, themes } from '../theme/theme.ts';
import { useCommands, type Command } from './commands.ts';
import { openCheatSheet, openPalette } from './shown.ts';

/** The views, each with the key that follows `g`. */
const places = [
  { name: 'conversations', to: { page: 'new' }, key: 'c' },
  { name: 'goals', to: { page: 'goals' }, key: 'o' },
  { name: 'agents', to: { page: 'agents' }, key: 'a' },
  { name: 'queue', to: { page: 'queue' }, key: 'q' },
  { name: 'workers', to: { page: 'workers' }, key: 'w' },
  { name: 'charts', to: { page: 'charts' }, key: 'h' },
  { name: 'inspector', to: { page: 'inspector' }, key: 'i' },
  { name: 'settings', to: { page: 'settings', section: 'general' }, key: 's' },
] as const satisfies readonly { name: string; to: Route; key: string }[];

const known = Object.keys(languages) as Language[];

export function useGlobalCommands(): void {
  const { t } = useTranslation(['commands', 'shell', 'settings']);
  useCommands(
    useMemo<Command[]>(
      () => [
        { id: 'palette', title: t('openPalette'), group: t('help'), shortcut: 'mod+k', run: openPalette },
        { id: 'cheat-sheet', title: t('openCheatSheet'), group: t('help'), shortcut: '?', run: openCheatSheet },
        ...places
          .filter(({ to }) => views[to.page] !== undefined)
          .map(({ name, to, key }) => ({
            id: `go.${name}`,
            title: t('goTo', { place: t(`shell:${name}`) }),
            group: t('navigation'),
            shortcut: `g ${key}`,
            run: () => navigate(to),
          })),
        ...listedSections.map((section) => ({
          id: `settings.${section}`,
          title: t('settings:openSection', { section: t(`settings:sections.${section}`) }),
          group: t('navigation'),
          run: () => navigate({ page: 'settings', section }),
        })),
        ...themes.map((theme) => ({
          id: `theme.${theme}`,
          title: t('settings:themeIs', { theme: t(`settings:theme.${theme}`) }),
          group: t('settings:sections.appearance'),
          run: () => setTheme(theme),
        })),
        ...known.map((language) => ({
          id: `language.${language}`,
          title: t('languageIs', { language: languages[language] }),
          group: t('settings:sections.appearance'),
          keywords: [language, languages[language]],
          run: () => void chooseLanguage(language),
        })),
      ],
      [t],
    ),
  );
}
