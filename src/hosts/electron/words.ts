/** What the desktop says outside its page: menus, tray, questions, notifications. English, or German where the system is. */

const en = {
  file: 'File',
  newConversation: 'New conversation',
  newWindow: 'New window',
  closeWindow: 'Close window',
  settings: 'Settings …',
  quit: 'Quit Nightshift',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  help: 'Help',
  queue: 'Queue',
  workers: 'Workers',
  showLogs: 'Show log files',
  about: 'About Nightshift',
  open: 'Open Nightshift',
  idle: 'Nothing is under way',
  running: (count: number) => (count === 1 ? '1 answer is being written' : `${count} answers are being written`),
  waiting: (count: number) => (count === 1 ? '1 job waits' : `${count} jobs wait`),
  quitTitle: 'Work is under way',
  quitDetail:
    'What is cut off goes on when Nightshift is started again: it is asked for anew, and costs its tokens a second time.',
  quitWhenDone: 'Quit when it is done',
  quitNow: 'Quit now',
  stay: 'Cancel',
  unprotectedTitle: 'This system has no protected store for keys',
  unprotectedDetail:
    'No keyring (GNOME Keyring, KWallet) was found. A key would be kept in a file that only your user may read, but that is ' +
    'encrypted with a password everybody knows. Set up a keyring, or keep it like that.',
  keepUnprotected: 'Keep it in the file',
  startFailed: 'Nightshift could not start',
  crashed: 'Nightshift hit a defect and ends',
  crashedDetail: 'Nothing that was acknowledged is lost. The log file has the details.',
  saveAs: 'Save as',
  notSaved: (name: string) => `"${name}" could not be saved`,
  notSavedDetail: 'Look whether the folder can be written and its disk has room, then save it again.',
  failedAnswer: 'There is no answer. Open the conversation to see why.',
  updateReady: 'A new version is ready and is used at the next start.',
};

export type Words = typeof en;

const de: Words = {
  file: 'Datei',
  newConversation: 'Neues Gespräch',
  newWindow: 'Neues Fenster',
  closeWindow: 'Fenster schließen',
  settings: 'Einstellungen …',
  quit: 'Nightshift beenden',
  edit: 'Bearbeiten',
  view: 'Ansicht',
  window: 'Fenster',
  help: 'Hilfe',
  queue: 'Warteschlange',
  workers: 'Worker',
  showLogs: 'Protokolldateien zeigen',
  about: 'Über Nightshift',
  open: 'Nightshift öffnen',
  idle: 'Zurzeit läuft nichts',
  running: (count: number) => (count === 1 ? '1 Antwort wird geschrieben' : `${count} Antworten werden geschrieben`),
  waiting: (count: number) => (count === 1 ? '1 Job wartet' : `${count} Jobs warten`),
  quitTitle: 'Es wird noch gearbeitet',
  quitDetail:
    'Was abgebrochen wird, geht beim nächsten Start weiter: Es wird neu angefragt und kostet seine Token ein zweites Mal.',
  quitWhenDone: 'Beenden, wenn es fertig ist',
  quitNow: 'Jetzt beenden',
  stay: 'Abbrechen',
  unprotectedTitle: 'Dieses System hat keinen geschützten Speicher für Schlüssel',
  unprotectedDetail:
    'Es wurde kein Schlüsselbund (GNOME Keyring, KWallet) gefunden. Ein Schlüssel käme in eine Datei, die nur dein Benutzer ' +
    'lesen darf, die aber mit einem allgemein bekannten Passwort verschlüsselt ist. Richte einen Schlüsselbund ein oder lass es so.',
  keepUnprotected: 'In der Datei aufbewahren',
  startFailed: 'Nightshift konnte nicht starten',
  crashed: 'Nightshift ist auf einen Fehler gestoßen und wird beendet',
  crashedDetail: 'Nichts Bestätigtes ist verloren. Die Protokolldatei hat die Einzelheiten.',
  saveAs: 'Speichern unter',
  notSaved: (name: string) => `„${name}“ konnte nicht gespeichert werden`,
  notSavedDetail:
    'Prüfe, ob in den Ordner geschrieben werden darf und auf der Platte Platz ist, und speichere dann noch einmal.',
  failedAnswer: 'Es gibt keine Antwort. Öffne das Gespräch, um zu sehen, warum.',
  updateReady: 'Eine neue Version ist bereit und wird beim nächsten Start benutzt.',
};

/** `locale`: as `app.getLocale()` says, e.g. `de-AT`. */
export function wordsFor(locale: string): Words {
  return locale.split('-', 1)[0] === 'de' ? de : en;
}
