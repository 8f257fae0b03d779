import type { data as en } from '../en/data.ts';
import type { Texts } from '../texts.ts';

export const data: Texts<typeof en> = {
  pool: {
    intro:
      'Worker sind Prozesse, die mit den Anbietern sprechen. Jeder bearbeitet viele Jobs gleichzeitig, denn ein Job besteht vor allem aus Warten.',
    now_one: 'Gerade gibt es {{count}} Worker; {{used}} von {{slots}} Plätzen sind belegt.',
    now_other: 'Gerade gibt es {{count}} Worker; {{used}} von {{slots}} Plätzen sind belegt.',
    toWorkers: 'Ansehen',
    size: 'Größe',
    poolMin: 'Mindestens so viele Worker',
    poolMinHint: 'So viele sind immer bereit.',
    poolMax: 'Höchstens so viele Worker',
    poolMaxHint:
      'Bis hierher wächst der Pool, wenn Jobs warten, und schrumpft dann wieder. Mehr als der Rechner Kerne hat, hilft selten.',
    slotsPerWorker: 'Plätze je Worker',
    slotsPerWorkerHint: 'Jobs, die ein Worker gleichzeitig bearbeitet. Gilt für Worker, die ab jetzt starten.',
    order: 'Höchstens darf nicht kleiner sein als mindestens.',
    durability: 'Haltbarkeit',
    synchronous: 'Wann etwas als gespeichert gilt',
    full: 'Auf der Platte',
    normal: 'Beim System abgegeben',
    synchronousHint: {
      FULL: 'Was bestätigt wurde, liegt auf der Platte: Es übersteht einen Absturz von Nightshift, vom System und einen Stromausfall (SQLite: FULL).',
      NORMAL:
        'Was bestätigt wurde, übersteht einen Absturz von Nightshift, aber ein Stromausfall oder ein Absturz des Systems kann die letzten Momente kosten. Schneller bei viel Last (SQLite: NORMAL).',
    },
  },
  storage: {
    title: 'Speicher',
    folder: 'Datenordner',
    folderHint: 'Auf dem Rechner, auf dem Nightshift läuft. Er wird beim Start mit --data gewählt.',
    size: 'Größe',
    sizeHint:
      'Das Log wird nach und nach in die Datenbank übertragen. Frei gewordener Platz wird wieder benutzt; die Datei wird nicht kleiner.',
    sizes: 'Datenbank {{database}}, Log {{log}}',
    free: 'Frei auf dieser Platte',
  },
  integrity: {
    title: 'Prüfung der Datenbank',
    unknown: 'Seit dem Start nicht geprüft.',
    checking: 'Jede Seite wird gelesen …',
    sound: 'In Ordnung, Stand {{when}}.',
    damaged: 'Beschädigt. Es wird nichts mehr geschrieben.',
    check: 'Jetzt prüfen',
  },
  backup: {
    title: 'Sicherungen',
    now: 'Jetzt sichern',
    hint: 'Eine Kopie von einem Moment, gemacht, während alles weiterläuft, und Seite für Seite geprüft. Schlüssel und Zugangstoken gehören nicht dazu. Zum Wiederherstellen stopp Nightshift, leg sie an die Stelle von nightshift.db und lösch daneben nightshift.db-wal und nightshift.db-shm, wenn es sie gibt: Sie gehören zur alten Datenbank.',
    make: 'Sichern',
    running: 'Wird kopiert …',
    download: '{{name}} herunterladen',
    remove: '{{name}} entfernen',
    removeTitle: 'Diese Sicherung entfernen?',
    removeWhat: 'Die Sicherung von {{when}} wird gelöscht. Das lässt sich nicht rückgängig machen.',
    keep: 'Behalten',
  },
  retention: {
    title: 'Was aufbewahrt wird',
    intro:
      'Gespräche bleiben, bis du sie entfernst. Beendete Jobs gehen nach und nach, mit ihren Ereignissen und dem gestreamten Text.',
    retainDays: 'Beendete Jobs, Tage',
    retainDaysHint: 'Nach ihrem Ende.',
    retainJobs: 'Beendete Jobs, höchstens',
    retainJobsHint: 'Die ältesten gehen zuerst.',
    retainUsageDays: 'Verbrauch und Kosten, Tage',
    retainUsageDaysHint: 'Was jede Antwort an Tokens gebraucht hat: So weit blicken die Diagramme zurück.',
  },
  removed: {
    title: 'Entfernte Gespräche',
    hint: 'Sie lassen sich wiederherstellen, bis sie endgültig gelöscht sind.',
    until: 'Bis {{time}}',
    restore: 'Wiederherstellen',
  },
  network: {
    intro:
      'Nur Worker sprechen mit Anbietern. Eine Änderung gilt für Worker, die ab jetzt starten: Die laufenden beenden ihre Antworten auf dem alten Weg und werden sofort ersetzt.',
    replacing_one:
      '{{count}} Worker beendet seine Antworten noch auf dem alten Weg. Neue Antworten gehen schon den neuen.',
    replacing_other:
      '{{count}} Worker beenden ihre Antworten noch auf dem alten Weg. Neue Antworten gehen schon den neuen.',
    proxy: 'Proxy',
    mode: 'Wie Worker die Anbieter erreichen',
    modes: { environment: 'Wie in der Umgebung', none: 'Ohne Proxy', own: 'Über diesen Proxy' },
    inEnvironment: 'Nightshift wurde mit diesem Proxy gestartet:',
    exceptFor: 'außer für',
    noneInEnvironment: 'Nightshift wurde ohne Proxy gestartet (HTTPS_PROXY, HTTP_PROXY): Worker gehen direkt hinaus.',
    noneHint: 'Worker gehen direkt hinaus, mit welchem Proxy Nightshift auch gestartet wurde.',
    url: 'Adresse des Proxys',
    urlHint: 'Zum Beispiel http://proxy.example:8080',
    user: 'Benutzer (falls nötig)',
    password: 'Passwort',
    passwordKept: 'Eines ist hinterlegt.',
    passwordEmpty: 'Leer: Das hinterlegte wird entfernt.',
    replace: 'Ersetzen',
    bypass: 'Nicht für diese Hosts',
    bypassHint: 'Mit Kommas getrennt. Dieser Rechner (localhost) wird nie über einen Proxy erreicht.',
    apply: 'Anwenden',
  },
  authorities: {
    title: 'Zertifizierungsstellen',
    intro:
      'Hat der Proxy einer Firma oder ein eigener Server eine eigene Zertifizierungsstelle, dann gehören ihre Zertifikate (PEM) hierher. Ihnen wird zusätzlich zu denen vertraut, die Node mitbringt.',
    fromEnvironment: 'Nightshift wurde mit denen in dieser Datei gestartet (NODE_EXTRA_CA_CERTS):',
    insteadOf: 'Sie ersetzen die Datei, mit der Nightshift gestartet wurde:',
    until: 'Gültig bis {{date}}',
    expired: 'Abgelaufen am {{date}}',
    add: 'Zertifikate, denen vertraut wird',
    replace: 'Andere Zertifikate an ihrer Stelle',
    chooseFile: 'Datei wählen …',
    remove: 'Diesen nicht mehr vertrauen',
  },
};
