import type { composer as english } from '../en/composer.ts';
import type { Texts } from '../texts.ts';

export const composer: Texts<typeof english> = {
  message: 'Nachricht',
  send: 'Senden',
  startGoal: 'Ziel starten',
  stop: 'Anhalten',
  stopHint: 'Die laufende Antwort beenden; was schon da ist, bleibt',
  notSent: 'Nicht gesendet.',
  stillHere: 'Dein Text ist noch da.',
  tooLong: '{{length}} Zeichen: Eine Nachricht fasst höchstens {{max}}.',
  unsure: 'Die letzte Nachricht ist noch nicht bestätigt. Sie wird von selbst erneut gesendet und kommt einmal an.',
  keys: 'Enter sendet, Umschalt + Enter: neue Zeile, /goal übergibt ein Ziel. Die Arbeit geht auch ohne dieses Fenster weiter.',
  mention: 'Agenten dieses Kanals',
  mentionLead: 'Leitung',
};
