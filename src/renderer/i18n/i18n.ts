/**
 * The page's languages. English is part of the first load; another language is loaded when it is chosen. One namespace for
 * each folder of the page: `en/<folder>.ts` holds its texts, `de/<folder>.ts` the same keys. What people and models have
 * written is never translated; nor are a provider's own words.
 *
 * Components use `useTranslation('<folder>')`; code outside React uses `i18n.t('<folder>:key')` when it runs, never at import.
 */
import i18next, { type ResourceLanguage } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en/index.ts';

/** With the name that each language has for itself. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

const storageKey = 'nightshift.language';
const loaders: Record<Exclude<Language, 'en'>, () => Promise<ResourceLanguage>> = {
  de: () => import('./de/index.ts').then(({ de }) => de),
};

export const i18n = i18next.createInstance();

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof en;
  }
}

/** Ready with English, or with the chosen language, before the page is drawn. Another window's choice is followed. */
export async function startI18n(): Promise<void> {
  await i18n.use(initReactI18next).init({
    resources: { en },
    lng: 'en',
    fallbackLng: 'en',
    defaultNS: 'common',
    ns: Object.keys(en),
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  i18n.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  await show(chosenLanguage());
  window.addEventListener('storage', (event) => {
    if (event.key === storageKey) void show(chosenLanguage());
  });
}

/** As chosen; until then the browser's, where it is one of ours. */
function chosenLanguage(): Language {
  const known = Object.keys(languages) as Language[];
  const stored = localStorage.getItem(storageKey);
  const wanted = stored === null ? navigator.languages.map((tag) => tag.split('-', 1)[0]) : [stored];
  return wanted.map((tag) => known.find((language) => language === tag)).find((tag) => tag !== undefined) ?? 'en';
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language);
  await show(language);
}

/** A language that cannot be loaded (the server is away) leaves the page in the one it has. */
async function show(language: Language): Promise<void> {
  try {
    if (language !== 'en' && !i18n.hasResourceBundle(language, 'common')) {
      const texts = await loaders[language]();
      for (const [namespace, bundle] of Object.entries(texts)) i18n.addResourceBundle(language, namespace, bundle);
    }
    await i18n.changeLanguage(language);
  } catch (error) {
    console.warn(`The language ${language} could not be loaded.`, error);
  }
}
