import type { connection as english } from '../en/connection.ts';
import type { Texts } from '../texts.ts';

export const connection: Texts<typeof english> = {
  label: 'Verbindung',
  notSignedIn: 'Dieser Browser ist nicht angemeldet.',
  notSignedInHint:
    'Öffne den Link, den Nightshift beim Start ausgegeben hat; er trägt das Token. Komm dann zu diesem Tab zurück.',
  tryAgain: 'Erneut versuchen',
  tryNow: 'Jetzt versuchen',
  lost: 'Verbindung verloren.',
  noAnswer: 'Nightshift antwortet nicht.',
  lastState: 'Du siehst den letzten bekannten Stand.',
  isItRunning: 'Läuft es?',
  nextTry: 'Nächster Versuch in {{wait}}.',
  trying: 'Es wird gerade versucht.',
  storage: 'Speicher',
  nothingSent: 'Jetzt kann nichts gesendet werden.',
  nothingSentHint: 'Was bestätigt ist, ist sicher; was du schreibst, bleibt im Feld.',
  lostBeforeAnswer:
    'Die Verbindung ging verloren, bevor Nightshift geantwortet hat. Sobald sie wieder da ist, wird es erneut versucht.',
};
