import type { markdown as english } from '../en/markdown.ts';
import type { Texts } from '../texts.ts';

export const markdown: Texts<typeof english> = {
  wrap: 'Zeilen umbrechen',
  unwrap: 'Zeilen nicht umbrechen',
  diagram: 'Diagramm',
  showSource: 'Quelltext zeigen',
  showDiagram: 'Diagramm zeigen',
  copySource: 'Quelltext kopieren',
  notDrawn: 'Dieses Diagramm ließ sich nicht zeichnen. Das ist sein Quelltext:',
};
