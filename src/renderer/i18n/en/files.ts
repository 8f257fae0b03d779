/** Conversations out to files, and in from them. */
export const files = {
  exportJson: 'Export as JSON',
  exportMarkdown: 'Export as Markdown',
  import: 'Import a conversation',
  importHint: 'Import a conversation that was exported as JSON',
  group: 'Conversations',
  imported: 'Imported',
  failed: 'This was not done',
  notJson: '{{name}} is no conversation exported as JSON. Choose a file that “Export as JSON” has made.',
  refused: '{{name}} could not be imported: {{reason}}',
} as const;
