/** What stands around formatted code and diagrams. */
export const markdown = {
  wrap: 'Wrap lines',
  unwrap: 'Do not wrap lines',
  diagram: 'Diagram',
  showSource: 'Show the source',
  showDiagram: 'Show the diagram',
  copySource: 'Copy the source',
  notDrawn: 'This diagram could not be drawn. This is its source:',
} as const;
