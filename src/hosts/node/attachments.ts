/** Serves the bytes of attachments over HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AttachmentSource } from '../../engine/attachments.ts';
import type { AttachmentId } from '../../protocol/ids.ts';
import { attachmentFile } from '../common/attachment-files.ts';
import { refuse } from './answers.ts';

export type OpenAttachment = (id: AttachmentId) => AttachmentSource | undefined;

export async function sendAttachment(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  open: OpenAttachment,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    refuse(request, response, { status: 405, code: 'METHOD_NOT_SUPPORTED', message: 'A file can only be read here.' });
    return;
  }
  const file = attachmentFile(path, open);
  if (file === undefined) {
    refuse(request, response, { status: 404, code: 'NOT_FOUND', message: 'There is no such file (any more).' });
    return;
  }
  for (const [name, value] of file.headers) response.setHeader(name, value);
  response.setHeader('Content-Length', file.bytes);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  try {
    // Chunk by chunk, as fast as they are taken: none waits in memory, and none holds up the engine.
    await pipeline(Readable.from(file.chunks(), { objectMode: false, highWaterMark: 1 }), response);
  } catch {
    // Whoever asked has gone away, or the file was removed meanwhile: either way the answer is cut, which shows.
    response.destroy();
  }
}
