/** The built page as files of one folder. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { diagramFrame, diagramFramePolicy } from '../common/content-security-policy.ts';
import { listPageFiles, contentTypeOf } from '../common/page-files.ts';
import { refuse, sendPage } from './answers.ts';

export type PageHandler = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;

/** Serves what is in `folder` now; a file's path is looked up in that list, never put together from a request. */
export function createPageHandler(folder: string): PageHandler {
  const files = listPageFiles(folder);

  return async (request, response, path) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      refuse(request, response, {
        status: 405,
        code: 'METHOD_NOT_SUPPORTED',
        message: 'This address can only be read.',
      });
      return;
    }
    const name = path === '/' ? '/index.html' : path;
    const file = files.get(name);
    if (file === undefined) {
      if (name === '/index.html') {
        response.statusCode = 503;
        sendPage(response, 'The page is not built. Start Nightshift with "npm start"; the API works meanwhile.');
      } else {
        refuse(request, response, { status: 404, code: 'NOT_FOUND', message: 'There is nothing at this address.' });
      }
      return;
    }
    await sendFile(request, response, file, name);
  };
}

async function sendFile(request: IncomingMessage, response: ServerResponse, file: string, name: string): Promise<void> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch {
    // It was there at the start: a newer build has taken its place.
    refuse(request, response, {
      status: 404,
      code: 'NOT_FOUND',
      message: 'This file is gone: Nightshift was built again. Restart it, then reload the page.',
    });
    return;
  }
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  response.setHeader('Content-Type', contentTypeOf(name));
  response.setHeader('ETag', etag);
  if (name === diagramFrame) {
    response.setHeader('Content-Security-Policy', diagramFramePolicy);
    response.setHeader('X-Frame-Options', 'SAMEORIGIN');
  }
  // Vite puts a hash of the content into the names of what it writes to assets/.
  response.setHeader('Cache-Control', name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (request.headers['if-none-match'] === etag) {
    response.statusCode = 304;
    response.end();
    return;
  }
  response.setHeader('Content-Length', content.length);
  response.end(request.method === 'HEAD' ? undefined : content);
}
