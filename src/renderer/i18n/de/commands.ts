import type { commands as english } from '../en/commands.ts';
import type { Texts } from '../texts.ts';

export const commands: Texts<typeof english> = {
  palette: 'Befehlspalette',
  placeholder: 'Was möchtest du tun, oder wohin?',
  nothing: 'Hier heißt nichts so.',
  openPalette: 'Befehl oder Ort finden',
  openCheatSheet: 'Alle Tastenkürzel zeigen',
  cheatSheet: 'Tastenkürzel',
  followedBy: 'dann',
  key: { Ctrl: 'Strg', Shift: 'Umschalt', Enter: 'Eingabe', Escape: 'Esc', Tab: 'Tab' },
  help: 'Hilfe',
  navigation: 'Gehe zu',
  goTo: 'Gehe zu: {{place}}',
  languageIs: 'Sprache: {{language}}',
  toConversation: 'Gespräch öffnen',
  toAgent: 'Agent öffnen',
  fields: 'Überall',
  sends: 'Senden oder bestätigen',
  newLine: 'Neue Zeile beginnen',
  closes: 'Dialog oder Menü schließen',
  moves: 'Zum nächsten Bedienelement',
};
