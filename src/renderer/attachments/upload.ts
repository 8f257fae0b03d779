/** Hands a file over, piece by piece; each piece is acknowledged before the next leaves. */
import type { AttachmentView } from '../../protocol/attachments.ts';
import type { Client } from '../connection/client.ts';
import { describeError } from '../connection/refusal.ts';
import { formatBytes } from '../i18n/format.ts';
import { i18n } from '../i18n/i18n.ts';
import { limits } from './limits.ts';

/** What cannot be attached, in words for people. */
export class NotAttached extends Error {
  override readonly name = 'NotAttached';
}

export interface UploadOptions {
  readonly client: Pick<Client, 'attachments'>;
  readonly signal: AbortSignal;
  /** `share` between 0 and 1; `reading`: its text is read. */
  onProgress(share: number, reading: boolean): void;
}

/** Rejects with `NotAttached`. A file that has begun and is not wanted any more is removed. */
export async function upload(file: File, { client, signal, onProgress }: UploadOptions): Promise<AttachmentView> {
  const { name } = file;
  refuseEarly(file);
  let view: AttachmentView | undefined;
  try {
    for (let at = 0; at < file.size; at += limits.chunkBytes) {
      const data = await pieceOf(file, at);
      signal.throwIfAborted();
      view =
        view === undefined
          ? await client.attachments.begin.mutate({ requestId: crypto.randomUUID(), name, bytes: file.size, data })
          : await client.attachments.append.mutate({ id: view.id, offset: at, data });
      signal.throwIfAborted();
      onProgress(Math.min(1, (at + limits.chunkBytes) / file.size), false);
    }
    if (view === undefined) throw new NotAttached(i18n.t('attachments:empty', { name }));
    return view.kind === 'pdf' ? await describe(file, view, client, onProgress) : view;
  } catch (error) {
    if (view !== undefined) client.attachments.remove.mutate({ id: view.id }).catch(leftOver);
    if (error instanceof NotAttached || signal.aborted) throw error;
    throw new NotAttached(i18n.t('attachments:lost', { name, reason: describeError(error) }), { cause: error });
  }
}

/** The service removes what was never sent, after a while. */
function leftOver(error: unknown): void {
  console.warn('A file that is not wanted any more could not be removed now.', error);
}

function refuseEarly({ name, size }: File): void {
  if (size === 0) throw new NotAttached(i18n.t('attachments:empty', { name }));
  const { image, pdf, text } = limits.bytes;
  if (size <= Math.max(image, pdf, text)) return;
  const sizes = { image: formatBytes(image), pdf: formatBytes(pdf), text: formatBytes(text) };
  throw new NotAttached(i18n.t('attachments:tooLarge', { name, ...sizes }));
}

async function pieceOf(file: File, at: number): Promise<string> {
  try {
    return toBase64(new Uint8Array(await file.slice(at, at + limits.chunkBytes).arrayBuffer()));
  } catch (error) {
    throw new NotAttached(i18n.t('attachments:notAFile', { name: file.name }), { cause: error });
  }
}

/** In parts, as arguments of one call there may not be so many. */
function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(binary);
}

async function describe(
  file: File,
  view: AttachmentView,
  client: UploadOptions['client'],
  onProgress: UploadOptions['onProgress'],
): Promise<AttachmentView> {
  onProgress(1, true);
  const { readPdf } = await import('./pdf-text.ts');
  const found = await readPdf(new Uint8Array(await file.arrayBuffer()));
  const { name } = file;
  switch (found.type) {
    case 'read':
      return client.attachments.describe.mutate({ id: view.id, text: found.text, pages: found.pages });
    case 'too-many-pages':
      throw new NotAttached(i18n.t('attachments:pdfPages', { name, pages: found.pages, max: limits.pdfPages }));
    case 'locked':
      throw new NotAttached(i18n.t('attachments:pdfLocked', { name }));
    case 'too-slow':
      throw new NotAttached(i18n.t('attachments:pdfSlow', { name }));
    case 'broken':
      throw new NotAttached(i18n.t('attachments:pdfBroken', { name }));
  }
}
