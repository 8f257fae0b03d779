import type { settings as english } from '../en/settings.ts';
import type { Texts } from '../texts.ts';

export const settings: Texts<typeof english> = {
  title: 'Einstellungen',
  navigation: 'Abschnitte der Einstellungen',
  openSection: 'Einstellungen: {{section}}',
  sections: {
    general: 'Allgemein',
    appearance: 'Aussehen',
    providers: 'Anbieter',
    pool: 'Worker-Pool',
    shortcuts: 'Tastenkürzel',
    data: 'Daten',
    network: 'Netzwerk',
  },

  defaultAgent: 'Standardagent',
  defaultAgentHint: 'Antwortet in neuen Gesprächen und übernimmt die eines Agenten, der entfernt wird.',
  language: 'Sprache',
  languageHint: 'Für diese Seite. Agenten antworten in der Sprache, in der du schreibst.',

  notifications: 'Benachrichtigungen',
  notificationsHint: 'Wenn in einem Gespräch, das du gerade nicht siehst, eine Antwort oder ein Fehler ankommt.',
  welcome: 'Begrüßung',
  welcomeHint: 'Die drei Schritte zur ersten Antwort, noch einmal.',
  startWelcome: 'Neu beginnen',

  shortcutsHint:
    'Einzelne Tasten wirken überall, wo du nicht schreibst. Was keine Taste hat, hat einen Namen in der Befehlspalette.',

  themeTitle: 'Farbschema',
  themeHint: '„Wie das System“ wechselt mit ihm, zum Beispiel am Abend.',
  themeIs: 'Farbschema: {{theme}}',
  theme: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
  textSizeTitle: 'Textgröße',
  textSizeHint: 'Zusätzlich zum Zoom des Browsers.',
  textSize: { small: 'Klein', medium: 'Mittel', large: 'Groß', larger: 'Größer' },
  densityTitle: 'Dichte',
  densityHint: 'Kompakt zeigt mehr auf einmal.',
  density: { comfortable: 'Bequem', compact: 'Kompakt' },
  motionHint: 'Bewegungen folgen dem System: Wo es weniger Bewegung wünscht, bewegt sich hier nichts.',
};
