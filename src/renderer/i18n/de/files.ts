import type { files as english } from '../en/files.ts';
import type { Texts } from '../texts.ts';

export const files: Texts<typeof english> = {
  exportJson: 'Als JSON exportieren',
  exportMarkdown: 'Als Markdown exportieren',
  import: 'Gespräch importieren',
  importHint: 'Ein als JSON exportiertes Gespräch importieren',
  group: 'Gespräche',
  imported: 'Importiert',
  failed: 'Das hat nicht geklappt',
  notJson: '{{name}} ist kein als JSON exportiertes Gespräch. Wähl eine Datei, die „Als JSON exportieren“ gemacht hat.',
  refused: '{{name}} konnte nicht importiert werden: {{reason}}',
};
