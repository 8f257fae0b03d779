/** Backups over HTTP. */
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { BackupFile } from '../../protocol/data.ts';
import { backupAt, backupHeaders } from '../common/backup-files.ts';
import { refuse } from './answers.ts';

export async function sendBackup(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  backups: readonly BackupFile[],
): Promise<void> {
  if (request.method !== 'GET') {
    response.setHeader('Allow', 'GET');
    refuse(request, response, { status: 405, code: 'METHOD_NOT_SUPPORTED', message: 'A backup can only be read.' });
    return;
  }
  const backup = backupAt(path, backups);
  if (backup === undefined) {
    refuse(request, response, { status: 404, code: 'NOT_FOUND', message: 'There is no such backup (any more).' });
    return;
  }
  for (const [name, value] of backupHeaders(backup)) response.setHeader(name, value);
  try {
    await pipeline(createReadStream(backup.path), response);
  } catch (error) {
    // Whoever asked has gone away, which is theirs to decide; a file that cannot be read shows as a cut download.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) response.destroy();
  }
}
