/** Backups as files to take away: `GET /backups/<name>`. */
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { BackupFile } from '../../protocol/data.ts';
import { refuse } from './answers.ts';

const prefix = '/backups/';

export function isDownload(path: string): boolean {
  return path.startsWith(prefix);
}

/** The file is looked up in the list of those that there are; its path is never put together from a request. */
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
  const backup = backups.find(({ name }) => `${prefix}${name}` === path);
  if (backup === undefined) {
    refuse(request, response, { status: 404, code: 'NOT_FOUND', message: 'There is no such backup (any more).' });
    return;
  }
  response.setHeader('Content-Type', 'application/vnd.sqlite3');
  response.setHeader('Content-Disposition', `attachment; filename="${backup.name}"`);
  response.setHeader('Content-Length', backup.bytes);
  try {
    await pipeline(createReadStream(backup.path), response);
  } catch (error) {
    // Whoever asked has gone away, which is theirs to decide; a file that cannot be read shows as a cut download.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) response.destroy();
  }
}
