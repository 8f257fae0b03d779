import type { shell as english } from '../en/shell.ts';
import type { Texts } from '../texts.ts';

export const shell: Texts<typeof english> = {
  navigation: 'Hauptnavigation',
  conversations: 'Gespräche',
  goals: 'Ziele',
  agents: 'Agenten',
  queue: 'Warteschlange',
  workers: 'Worker',
  charts: 'Diagramme',
  inspector: 'Inspektor',
  settings: 'Einstellungen',
  menu: 'Menü',
  loading: 'Wird geladen',
  brokenTitle: 'Diese Ansicht konnte nicht gezeigt werden',
  brokenHint: 'Nichts ist verloren: Was läuft, läuft weiter. Lade die Seite neu oder wähle eine andere Ansicht.',
  crashTitle: 'Die Seite ist auf einen eigenen Fehler gestoßen',
  crashHint:
    'Deine Gespräche sind sicher und ihre Jobs laufen im Dienst weiter. Lade die Seite neu, um sie wieder zu sehen.',
  reload: 'Neu laden',
};
