import type { search as english } from '../en/search.ts';
import type { Texts } from '../texts.ts';

export const search: Texts<typeof english> = {
  title: 'Suche',
  open: 'Nachrichten durchsuchen',
  command: 'Alle Nachrichten durchsuchen',
  placeholder: 'Nachrichten und Titel durchsuchen',
  results: 'Treffer',
  hint: 'Alle Wörter müssen vorkommen, egal in welcher Reihenfolge. In Anführungszeichen stehen sie nebeneinander.',
  keys: '↑ ↓ wählt aus, Enter öffnet, Esc schließt',
  nothing: 'Nichts gefunden zu „{{query}}“.',
  nothingHint: 'Versuch es mit weniger Wörtern oder einem Wortanfang.',
  failed: 'Die Suche hat nicht geklappt: {{reason}}',
  you: 'Du',
  answer: 'Antwort',
  archived: 'Archiviert',
  moreHits_one: '{{count}} weitere Nachricht in diesem Gespräch',
  moreHits_other: '{{count}} weitere Nachrichten in diesem Gespräch',
  more: 'Es gibt noch mehr. Ein weiteres Wort grenzt es ein.',
  found_one: '{{count}} Gespräch gefunden',
  found_other: '{{count}} Gespräche gefunden',
  excerpt: 'Teil des Gesprächs',
  toNewest: 'Zu den neuesten Nachrichten',
  loadingAround: 'Die Stelle wird geladen',
  loadingMore: 'Weitere werden geladen',
  gone: 'Diese Nachricht gibt es nicht mehr.',
  retry: 'Nochmal versuchen',
};
