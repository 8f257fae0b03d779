/**
 * `npm run backup -- FILE [--data DIR]`: a consistent copy of the database, checked page by page. The host may run
 * meanwhile: the copy is of one moment, and nobody waits for it.
 */
import { join } from 'node:path';
import { backUp } from '../../../../db/backup.ts';
import { dataFolderOf, fromUser, parseCommandLine, runCommand, usageError } from './command-line.ts';

const usage = `Usage: npm run backup -- FILE [--data DIR]

Copies the database into FILE, which must not be there yet. To restore it, stop Nightshift and put it in the place of
nightshift.db in the data folder, without the files nightshift.db-wal and nightshift.db-shm. Keys and the token are files of
their own and not part of it.`;

await runCommand((args) => {
  const options = { data: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseCommandLine(args, options, usage);
  if (values.help === true) return usage;
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw usageError('Name one file for the copy.', usage);
  const target = fromUser(name);
  const { bytes, messages, jobs } = backUp(join(dataFolderOf(values.data), 'nightshift.db'), target);
  const number = new Intl.NumberFormat('en');
  return (
    `${target}: ${number.format(bytes)} bytes, ${number.format(messages)} messages, ${number.format(jobs)} jobs. ` +
    'Every page of the copy was checked.'
  );
});
