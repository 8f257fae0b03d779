/**
 * The text of a PDF. It is read here and not by the service: a hostile file meets a worker in the browser's sandbox, without
 * access to files or keys, and one that takes for ever is ended with its worker (docs/decisions: PDF text).
 */
import { getDocument, PasswordException, PDFWorker, type PDFDocumentProxy } from 'pdfjs-dist';
import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';
import { limits } from './limits.ts';

export type PdfText =
  | { type: 'read'; text: string; pages: number }
  | { type: 'too-many-pages'; pages: number }
  | { type: 'locked' }
  | { type: 'broken' }
  | { type: 'too-slow' };

/** Of the whole file. */
const timeoutMs = 30_000;

/** Never rejects. Takes `bytes` over. */
export async function readPdf(bytes: Uint8Array): Promise<PdfText> {
  const port = new Worker(new URL('./pdf-worker.ts', import.meta.url), { type: 'module' });
  const worker = PDFWorker.create({ port });
  const { promise: late, resolve } = Promise.withResolvers<PdfText>();
  const timer = setTimeout(() => resolve({ type: 'too-slow' }), timeoutMs);
  try {
    return await Promise.race([read(bytes, worker), late]);
  } catch (error) {
    return { type: error instanceof PasswordException ? 'locked' : 'broken' };
  } finally {
    clearTimeout(timer);
    worker.destroy();
    port.terminate();
  }
}

async function read(data: Uint8Array, worker: PDFWorker): Promise<PdfText> {
  // Nothing is drawn: no fonts, no decoders, no scripts of the file.
  const task = getDocument({ data, worker, disableFontFace: true, useWasm: false, enableXfa: false, verbosity: 0 });
  const file = await task.promise;
  const pages = file.numPages;
  if (pages > limits.pdfPages) return { type: 'too-many-pages', pages };
  const texts: string[] = [];
  let left: number = limits.pdfTextChars;
  for (let number = 1; number <= pages && left > 0; number += 1) {
    const text = await textOfPage(file, number);
    texts.push(text.slice(0, left));
    left -= text.length + 2;
  }
  return { type: 'read', text: texts.join('\n\n').trim().toWellFormed(), pages };
}

async function textOfPage(file: PDFDocumentProxy, number: number): Promise<string> {
  const page = await file.getPage(number);
  const { items } = await page.getTextContent();
  page.cleanup();
  return items
    .filter((item): item is TextItem => 'str' in item)
    .map(({ str, hasEOL }) => (hasEOL ? `${str}\n` : str))
    .join('')
    .replaceAll('\0', '');
}
