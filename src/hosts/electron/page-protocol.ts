/**
 * The page under an address of its own, `app://nightshift/`: a standard, secure origin, unlike `file://`. Serves the files
 * of the built page and nothing else.
 */
import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { contentSecurityPolicy } from '../common/content-security-policy.ts';
import { contentTypeOf, listPageFiles } from '../common/page-files.ts';

const scheme = 'app';
export const pageOrigin = `${scheme}://nightshift`;

/** Before `app`'s `ready`. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** `folder`: the built page. A request for what is not in it, for another host, or to change something is refused. */
export function servePage(session: Session, folder: string): void {
  const files = listPageFiles(folder);
  session.protocol.handle(scheme, async (request) => {
    const url = new URL(request.url);
    const name = url.pathname === '/' ? '/index.html' : url.pathname;
    const file = isPage(request.url) ? files.get(name) : undefined;
    if (request.method !== 'GET' || file === undefined) return answer(404, 'text/plain; charset=utf-8', 'Not found');
    return answer(200, contentTypeOf(name), await readFile(file));
  });
}

/** Whether an address is one of the page's own. */
export function isPage(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === `${scheme}:` && new URL(address).host === 'nightshift';
}

function answer(status: number, type: string, body: string | Uint8Array<ArrayBuffer>): Response {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': type,
      'Content-Security-Policy': contentSecurityPolicy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    },
  });
}
