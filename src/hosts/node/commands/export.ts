/** `npm run export -- DIR`: every conversation as a file of its own. Reads the data folder; the host may run meanwhile. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportAll } from '../../../../db/export.ts';
import { ExportFormat } from '../../../protocol/conversation-file.ts';
import { ConversationId } from '../../../protocol/ids.ts';
import { StartError } from '../../common/exit-codes.ts';
import { dataFolderOf, fromUser, parseCommandLine, runCommand, usageError } from './command-line.ts';

const usage = `Usage: npm run export -- DIR [--format json|markdown] [--conversation ID] [--data DIR]

Writes each conversation into a file of its own in DIR. JSON can be imported again (npm run import); Markdown is for
reading. A file that is there already is not overwritten.`;

await runCommand((args) => {
  const options = {
    format: { type: 'string', default: 'json' },
    conversation: { type: 'string' },
    data: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseCommandLine(args, options, usage);
  if (values.help === true) return usage;
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw usageError('Name one folder for the files.', usage);
  const format = ExportFormat.safeParse(values.format);
  if (!format.success) throw usageError(`--format takes json or markdown, not "${values.format}".`, usage);
  const only = ConversationId.optional().safeParse(values.conversation);
  if (!only.success) throw usageError(`--conversation takes an id like conv_01J9Z3…`, usage);

  const folder = fromUser(name);
  let count = 0;
  for (const { fileName, text } of exportAll(
    join(dataFolderOf(values.data), 'nightshift.db'),
    format.data,
    only.data,
  )) {
    write(folder, fileName, text);
    count += 1;
  }
  if (count === 0 && only.data !== undefined) throw new StartError('usage', `There is no conversation ${only.data}.`);
  return `${count} ${count === 1 ? 'conversation' : 'conversations'} written to ${folder}.`;
});

function write(folder: string, fileName: string, text: string): void {
  const path = join(folder, fileName);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new StartError(
      'usage',
      `${path} could not be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
