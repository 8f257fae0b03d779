/** What a file is, from its first bytes. What it was called, and what whoever sent it says, proves nothing. */
import { isAscii } from 'node:buffer';
import type { AttachmentKind } from '../protocol/attachments.ts';

export interface Sniffed {
  kind: AttachmentKind;
  mediaType: string;
  /** Of a picture, in pixels, where the bytes that were looked at say it. */
  width: number | null;
  height: number | null;
}

/** `head`: the first bytes, at least some kB where there are so many. Undefined: nothing that a model could be given. */
export function sniff(head: Buffer): Sniffed | undefined {
  const image = sniffImage(head);
  if (image !== undefined) return { kind: 'image', ...image };
  // The standard lets junk stand before it, and readers accept 1 kB of that.
  if (head.subarray(0, 1_024).includes('%PDF-')) return bare('pdf', 'application/pdf');
  return looksLikeText(head) ? bare('text', 'text/plain') : undefined;
}

/** The text of a file in UTF-8, or in UTF-16 with its mark. Undefined: it is neither, or holds a NUL. */
export function decodeText(bytes: Buffer): string | undefined {
  const text = decode(bytes, false);
  return text === undefined || text.includes('\0') ? undefined : text;
}

function bare(kind: AttachmentKind, mediaType: string): Sniffed {
  return { kind, mediaType, width: null, height: null };
}

function looksLikeText(head: Buffer): boolean {
  if (isAscii(head)) return !head.includes(0);
  const text = decode(head, true);
  return text !== undefined && !text.includes('\0');
}

/** `cut`: the bytes may end in the middle of a character. */
function decode(bytes: Buffer, cut: boolean): string | undefined {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    // That is what `fatal` is for: these bytes are no text in this encoding.
    return undefined;
  }
}

function encodingOf(bytes: Buffer): string {
  if (bytes.length < 2) return 'utf-8';
  const mark = bytes.readUInt16BE(0);
  return mark === 0xfeff ? 'utf-16be' : mark === 0xfffe ? 'utf-16le' : 'utf-8';
}

type Picture = Omit<Sniffed, 'kind'>;

function sniffImage(head: Buffer): Picture | undefined {
  const at = (offset: number, length: number): string => head.toString('latin1', offset, offset + length);
  if (at(0, 8) === '\x89PNG\r\n\x1a\n' && at(12, 4) === 'IHDR' && head.length >= 24) {
    return { mediaType: 'image/png', width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
  }
  if (/^GIF8[79]a$/u.test(at(0, 6)) && head.length >= 10) {
    return { mediaType: 'image/gif', width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
  }
  if (at(0, 4) === 'RIFF' && at(8, 4) === 'WEBP' && head.length >= 30) return webp(head, at(12, 4));
  if (at(0, 3) === '\xff\xd8\xff') return { mediaType: 'image/jpeg', ...jpegSize(head) };
  return undefined;
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function webp(head: Buffer, format: string): Picture {
  const mediaType = 'image/webp';
  if (format === 'VP8X') {
    return { mediaType, width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
  }
  if (format === 'VP8L') {
    const bits = head.readUInt32LE(21);
    return { mediaType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (format === 'VP8 ') {
    return { mediaType, width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
  }
  return { mediaType, width: null, height: null };
}

/** Walks the segments up to the frame header. A preview in front of it may be longer than what is looked at. */
function jpegSize(head: Buffer): Pick<Picture, 'width' | 'height'> {
  for (let at = 2; at + 9 <= head.length;) {
    if (head[at] !== 0xff) break;
    const marker = head[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // All frame headers, without the three tables that share their range.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: head.readUInt16BE(at + 5), width: head.readUInt16BE(at + 7) };
    }
    at += 2 + head.readUInt16BE(at + 2);
  }
  return { width: null, height: null };
}
