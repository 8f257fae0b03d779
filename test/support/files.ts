/** Small files of each kind, and how they are handed over. */
import { crc32, deflateSync } from 'node:zlib';
import type { EngineService } from '../../src/engine/service.ts';
import { attachmentLimits, type AttachmentView } from '../../src/protocol/attachments.ts';
import { newRequestId } from './engine.ts';

/** A real picture: every decoder takes it. One colour. */
export function png(width: number, height: number, [red, green, blue]: readonly number[] = [200, 120, 40]): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const line = Buffer.concat([
    Buffer.from([0]),
    Buffer.alloc(width * 3, Buffer.from([red ?? 0, green ?? 0, blue ?? 0])),
  ]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A whole PDF with one page for each text. */
export function pdf(...pages: string[]): Buffer {
  const objects: string[] = ['<< /Type /Catalog /Pages 2 0 R >>'];
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`);
  objects.push(`<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages.length} >>`);
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  for (const [index, text] of pages.entries()) {
    const stream = text === '' ? '' : `BT /F1 24 Tf 72 720 Td (${text.replaceAll(/[()\\]/gu, '\\$&')}) Tj ET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
      `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    );
  }
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const xref = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  text += `xref\n0 ${size}\n0000000000 65535 f \n${xref}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

/** Hands a file over in pieces, as the page does. `text`: what was read out of a PDF. */
export async function attach(
  api: Pick<EngineService['attachments'], 'begin' | 'append' | 'describe'>,
  name: string,
  bytes: Buffer,
  text?: string,
): Promise<AttachmentView> {
  const { chunkBytes } = attachmentLimits;
  const piece = (from: number): string => bytes.subarray(from, from + chunkBytes).toString('base64');
  let view = await api.begin({ requestId: newRequestId(), name, bytes: bytes.length, data: piece(0) });
  for (let at = chunkBytes; at < bytes.length; at += chunkBytes) {
    view = await api.append({ id: view.id, offset: at, data: piece(at) });
  }
  return text === undefined ? view : api.describe({ id: view.id, text, pages: 1 });
}
