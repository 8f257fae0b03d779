/**
 * The page under an address of its own, `app://nightshift/`: a standard, secure origin, unlike `file://`. Serves the files
 * of the built page, the attachments of messages and the backups, and nothing else.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { protocol, type Session } from 'electron';
import type { AttachmentSource } from '../../engine/attachments.ts';
import type { BackupFile } from '../../protocol/data.ts';
import type { AttachmentId } from '../../protocol/ids.ts';
import { attachmentFile, isAttachmentPath } from '../common/attachment-files.ts';
import { backupAt, backupHeaders, isBackupPath } from '../common/backup-files.ts';
import { contentSecurityPolicy, diagramFrame, diagramFramePolicy } from '../common/content-security-policy.ts';
import { contentTypeOf, listPageFiles } from '../common/page-files.ts';
import { pageOrigin, scheme } from './page-address.ts';

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
  backups: () => Promise<readonly BackupFile[]>;
}

/** A request for what is not there, for another host, or to change something is refused. */
export function servePage(session: Session, { folder, attachments, backups }: PageSource): void {
  const files = listPageFiles(folder);
  session.protocol.handle(scheme, async (request) => {
    const { host, pathname } = new URL(request.url);
    if (request.method !== 'GET' || host !== new URL(pageOrigin).host) return notFound();
    if (isAttachmentPath(pathname)) return attachment(pathname, attachments);
    if (isBackupPath(pathname)) return backup(pathname, await backups());
    const name = pathname === '/' ? '/index.html' : pathname;
    const file = files.get(name);
    if (file === undefined) return notFound();
    const policy = name === diagramFrame ? diagramFramePolicy : contentSecurityPolicy;
    return answer(200, contentTypeOf(name), await readFile(file), policy);
  });
}

function attachment(path: string, open: PageSource['attachments']): Response {
  const file = attachmentFile(path, open);
  if (file === undefined) return notFound();
  return download(file.headers, Readable.from(file.chunks(), { objectMode: false }));
}

function backup(path: string, backups: readonly BackupFile[]): Response {
  const file = backupAt(path, backups);
  return file === undefined ? notFound() : download(backupHeaders(file), createReadStream(file.path));
}

/** Read as it is taken: files may be larger than the memory. */
function download(headers: readonly (readonly [string, string])[], content: Readable): Response {
  const body = Readable.toWeb(content) as ReadableStream<Uint8Array<ArrayBuffer>>;
  return new Response(body, { headers: [...headers.map(([name, value]): [string, string] => [name, value])] });
}

function notFound(): Response {
  return answer(404, 'text/plain; charset=utf-8', 'Not found');
}

function answer(
  status: number,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
  policy: string = contentSecurityPolicy,
): Response {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': type,
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    },
  });
}
