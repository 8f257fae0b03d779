/** The built page as files of one folder. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { refuse, sendPage } from './answers.ts';

const types = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.mjs', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.map', 'application/json; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json; charset=utf-8'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.webp', 'image/webp'],
  ['.woff2', 'font/woff2'],
  ['.wasm', 'application/wasm'],
]);

export type PageHandler = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;

/** Serves what is in `folder` now; a file's path is looked up in that list, never put together from a request. */
export function createPageHandler(folder: string): PageHandler {
  const files = listFiles(folder);

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
  response.setHeader('Content-Type', types.get(extname(name)) ?? 'application/octet-stream');
  response.setHeader('ETag', etag);
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

/** URL path to file. Empty when there is no build. */
function listFiles(folder: string): ReadonlyMap<string, string> {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return new Map(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]),
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
}
