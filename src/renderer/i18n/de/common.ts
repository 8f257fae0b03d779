import type { common as english } from '../en/common.ts';
import type { Texts } from '../texts.ts';

export const common: Texts<typeof english> = {
  cancel: 'Abbrechen',
  close: 'Schließen',
  save: 'Speichern',
  remove: 'Entfernen',
  retry: 'Erneut versuchen',
  undo: 'Rückgängig',
  edit: 'Bearbeiten',
  more: 'Mehr',
  back: 'Zurück',
  search: 'Suchen',
  loading: 'Wird geladen',
  none: 'Keine',
  lane: { high: 'Hoch', medium: 'Mittel', low: 'Niedrig' },
  state: {
    blocked: 'Blockiert',
    delayed: 'Verzögert',
    waiting: 'Wartend',
    active: 'Aktiv',
    completed: 'Abgeschlossen',
    failed: 'Fehlgeschlagen',
    cancelled: 'Abgebrochen',
  },
};
