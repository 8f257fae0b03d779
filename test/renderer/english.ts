/** The page's texts in English, without a page. */
import { initReactI18next } from 'react-i18next';
import { en } from '../../src/renderer/i18n/en/index.ts';
import { i18n } from '../../src/renderer/i18n/i18n.ts';

/** Resolves with the page's own instance, ready. */
export async function english(): Promise<typeof i18n> {
  if (!i18n.isInitialized) {
    await i18n.use(initReactI18next).init({
      resources: { en },
      lng: 'en',
      defaultNS: 'common',
      ns: Object.keys(en),
      interpolation: { escapeValue: false },
    });
  }
  return i18n;
}
