/** Files that go with messages: what is known of one, its limits, and how it is handed over. */
import { z } from 'zod';
import { AttachmentId, ConversationId, RequestId } from './ids.ts';

/** What a model can be given of it: the picture, or its text. */
export const AttachmentKind = z.enum(['image', 'pdf', 'text']);
export type AttachmentKind = z.infer<typeof AttachmentKind>;

const megabyte = 1_000_000;

/** Of one message, and of one file. The page says the same before anything is sent. */
export const attachmentLimits = {
  perMessage: 10,
  bytes: { image: 10 * megabyte, pdf: 20 * megabyte, text: megabyte },
  pdfPages: 200,
  /** Of what was read out of a PDF, in characters. */
  pdfTextChars: 1_000_000,
  /** Of a picture, in pixels: a small file can unpack to something no browser can show. */
  imagePixels: 64_000_000,
  /** One piece of a file, before base64: well below the largest message of every carrier. */
  chunkBytes: 512 * 1024,
  /** How long a file that was never sent is kept. */
  unsentMs: 7 * 86_400_000,
} as const;

export const AttachmentView = z.object({
  id: AttachmentId,
  /** Null until it was sent with a message. */
  conversationId: ConversationId.nullable(),
  name: z.string(),
  kind: AttachmentKind,
  /** As its content says, e.g. `image/png`, `application/pdf`, `text/plain`. */
  mediaType: z.string(),
  bytes: z.number().int(),
  /** Images, in pixels. */
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  /** PDF. */
  pages: z.number().int().nullable(),
  /** All of it is here. */
  ready: z.boolean(),
  createdAt: z.number(),
});
export type AttachmentView = z.infer<typeof AttachmentView>;

/** The longest chunk in base64. */
const maxChunkChars = Math.ceil(attachmentLimits.chunkBytes / 3) * 4;
const Chunk = z.base64().min(1).max(maxChunkChars, `a piece holds at most ${attachmentLimits.chunkBytes} bytes`);

/** `bytes`: of the whole file. `data`: its first bytes, 512 KiB or all of it; what the file is, is read from them. */
export const BeginAttachment = z.object({
  requestId: RequestId,
  name: z.string().min(1).max(1_000),
  bytes: z.number().int().min(1, 'the file is empty'),
  data: Chunk,
});
/** The bytes from `offset` on. The same piece sent again is taken once. */
export const AppendAttachment = z.object({ id: AttachmentId, offset: z.number().int().min(1), data: Chunk });
/** Of a PDF: what was read out of it by whoever hands it over. It goes before the last bytes. */
export const AttachmentText = z.object({
  id: AttachmentId,
  text: z.string().max(attachmentLimits.pdfTextChars),
  pages: z.number().int().min(1).max(attachmentLimits.pdfPages),
});
export const AttachmentRef = z.object({ id: AttachmentId });
export const AttachmentRefs = z.object({ ids: z.array(AttachmentId).max(100) });
/** Of a text or PDF: what a model is told. */
export const AttachmentContent = z.object({ text: z.string() });
