/**
 * Attachments as the page loads them, `GET /attachments/<id>`: never as something that runs. The type is what the bytes
 * said when they came, and only pictures are shown in place; all else is a text, or a file to save.
 */
import type { AttachmentSource } from '../../engine/attachments.ts';
import { AttachmentId } from '../../protocol/ids.ts';

const prefix = '/attachments/';

export interface AttachmentFile {
  readonly headers: readonly (readonly [string, string])[];
  readonly bytes: number;
  /** Throws when the file is removed meanwhile. */
  chunks(): Generator<Buffer>;
}

export function isAttachmentPath(path: string): boolean {
  return path.startsWith(prefix);
}

/** Undefined: there is no such file. */
export function attachmentFile(
  path: string,
  open: (id: AttachmentId) => AttachmentSource | undefined,
): AttachmentFile | undefined {
  const id = AttachmentId.safeParse(path.slice(prefix.length));
  const source = id.success ? open(id.data) : undefined;
  if (source === undefined) return undefined;
  const { kind, mediaType, name, bytes } = source.view;
  const shown = kind === 'image' ? 'inline' : 'attachment';
  return {
    bytes,
    headers: [
      ['Content-Type', kind === 'text' ? 'text/plain; charset=utf-8' : mediaType],
      ['Content-Disposition', `${shown}; filename*=UTF-8''${encodeFileName(name)}`],
      // Opened by itself it is a document: one without scripts, styles, or an origin.
      ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox"],
      ['X-Content-Type-Options', 'nosniff'],
      // What an id names never changes.
      ['Cache-Control', 'private, max-age=31536000, immutable'],
    ],
    *chunks() {
      for (let at = 0; at < bytes;) {
        const chunk = source.chunk(at);
        if (chunk === undefined) throw new Error(`${path} was removed while it was read`);
        yield chunk;
        at += chunk.length;
      }
    },
  };
}

/** RFC 5987: what `encodeURIComponent` leaves and a header's value must not hold. */
function encodeFileName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/gu,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
