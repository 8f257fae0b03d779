import type { welcome as en } from '../en/welcome.ts';
import type { Texts } from '../texts.ts';

export const welcome: Texts<typeof en> = {
  label: 'Willkommen',
  steps: 'Schritte',
  step: 'Schritt {{number}} von 3',
  skip: 'Überspringen',
  title: {
    choose: 'Wer soll antworten?',
    key: 'Schlüssel eingeben und ausprobieren',
    keyOf: 'Schlüssel für {{name}} eingeben und ausprobieren',
    model: 'Modell wählen und ausprobieren',
    demo: 'Die eingebaute Demo',
    ask: 'Stell deine erste Frage',
  },
  chooseHint: 'Weitere kannst du jederzeit in den Einstellungen unter Anbieter hinzufügen.',
  withKey: 'Mit einem eigenen API-Schlüssel',
  ready: {
    environment: 'Sein Schlüssel ist in der Umgebung',
    stored: 'Er hat einen Schlüssel',
  },
  onThisMachine_one: 'Läuft auf diesem Rechner, mit {{count}} Modell',
  onThisMachine_other: 'Läuft auf diesem Rechner, mit {{count}} Modellen',
  another: 'Ein anderer Anbieter',
  anotherHint: 'OpenRouter, Google, Mistral, DeepSeek, xAI und andere, oder jede kompatible Adresse',
  demo: 'Die eingebaute Demo',
  demoHint: 'Kein Schlüssel, kein Netz: zeigt, wie alles funktioniert',
  demoWhat:
    'Die Demo ist kein Sprachmodell: Sie beantwortet jede Frage mit einem Beispieltext, der das auch sagt. Alles andere ist echt: die Warteschlange, die Worker, das gespeicherte Gespräch. Ein richtiges Modell kannst du später hinzufügen.',
  modelHint:
    'Es bekommt eine kurze Frage, um zu sehen, ob es antwortet. Andere Agenten können später andere Modelle nutzen.',
  goOn: 'Weiter',
  testAndGoOn: 'Testen und weiter',
  tryAgain: 'Nochmal testen',
  askHint: 'Nimm eine davon oder schreib unten deine eigene. Die Antwort bleibt in ihrem Gespräch.',
  question1: 'Wobei kannst du mir helfen? Nenn mir fünf Beispiele.',
  question2: 'Erklär in zehn Sätzen, wie eine Datenbank einen Stromausfall übersteht.',
  question3: 'Schreib eine freundliche E-Mail, die ein Treffen von Dienstag auf Donnerstag verschiebt.',
};
