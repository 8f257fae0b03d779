import type { notifications as english } from '../en/notifications.ts';
import type { Texts } from '../texts.ts';

export const notifications: Texts<typeof english> = {
  region: 'Benachrichtigungen',
  dismiss: 'Ausblenden',
  open: 'Öffnen',
  answer: '{{agent}} hat geantwortet',
  failure: '{{agent}} konnte nicht antworten',
  answers_one: '{{count}} neue Antwort',
  answers_other: '{{count}} neue Antworten',
  many_one: 'Neues in {{count}} Gespräch',
  many_other: 'Neues in {{count}} Gesprächen',
  desktop: 'Desktop-Benachrichtigungen',
  desktopHint: 'Wenn eine Antwort oder ein Fehler eintrifft, während diese Seite nicht im Vordergrund ist.',
  allow: 'Erlauben',
  turnOn: 'Einschalten',
  turnOff: 'Ausschalten',
  isOn: 'An',
  isOff: 'Aus',
  denied:
    'Der Browser verweigert sie für diese Seite. In seinen Einstellungen für die Seite lassen sie sich wieder erlauben.',
  host: 'Dein System zeigt sie an; in seinen Einstellungen lassen sie sich abschalten.',
  unsupported: 'Dieser Browser hat keine.',
};
