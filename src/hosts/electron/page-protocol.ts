/**
 * The page under an address of its own, `app://nightshift/`: a standard, secure origin, unlike `file://`. Serves the files
 * of the built page and the attachments of messages, and nothing else.
 */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { protocol, type Session } from 'electron';
import type { AttachmentSource } from '../../engine/attachments.ts';
import type { AttachmentId } from '../../protocol/ids.ts';
import { attachmentFile, isAttachmentPath } from '../common/attachment-files.ts';
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

export interface PageSource {
  /** The built page. */
  folder: string;
  attachments: (id: AttachmentId) => AttachmentSource | undefined;
}

/** A request for what is not there, for another host, or to change something is refused. */
export function servePage(session: Session, { folder, attachments }: PageSource): void {
  const files = listPageFiles(folder);
  session.protocol.handle(scheme, async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== 'GET' || !isPage(request.url)) return notFound();
    if (isAttachmentPath(pathname)) return attachment(pathname, attachments);
    const name = pathname === '/' ? '/index.html' : pathname;
    const file = files.get(name);
    return file === undefined ? notFound() : answer(200, contentTypeOf(name), await readFile(file));
  });
}

function attachment(path: string, open: PageSource['attachments']): Response {
  const file = attachmentFile(path, open);
  if (file === undefined) return notFound();
  const body = Readable.toWeb(Readable.from(file.chunks(), { objectMode: false })) as ReadableStream<
    Uint8Array<ArrayBuffer>
  >;
  return new Response(body, { headers: [...file.headers.map(([name, value]): [string, string] => [name, value])] });
}

function notFound(): Response {
  return answer(404, 'text/plain; charset=utf-8', 'Not found');
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
