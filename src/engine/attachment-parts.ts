/**
 * What a model is told of a question with files: pictures as they are, a text or PDF as its text under its name. Texts go
 * before the question, in the order in which they were added; what does not fit is cut, and the model is told so. The
 * user is told with the answer.
 */
import type { MessageRow } from '../../db/chat.model.ts';
import type { AttachmentInfo } from '../../db/attachments.repository.ts';
import type { Store } from '../../db/store.ts';
import { ImagePart, type ChatMessage, type ContentPart } from '../protocol/request.ts';
import { charsPerToken, imageTokens } from './token-estimates.ts';

/** Said of a file of which less than this fits: no more than its name. */
const leastChars = 200;

type UserContent = Extract<ChatMessage, { role: 'user' }>['content'];

export interface QuestionContent {
  readonly content: UserContent;
  /** The names of the files whose text did not fit whole, in the order in which they were added. */
  readonly cutFiles: readonly string[];
}

export interface FileRoom {
  /** The most that the question may take with all its files, in tokens. Infinity: what it takes is only measured. */
  readonly tokens: number;
  /** False: the model is known to take none. */
  readonly takesImages: boolean;
}

/** The question with its files; without any, its text. */
export function questionContent(
  { attachments }: Store,
  question: Pick<MessageRow, 'id' | 'text'>,
  { tokens, takesImages }: FileRoom,
): QuestionContent {
  const files = attachments.ofMessage(question.id).flatMap((id) => attachments.info(id) ?? []);
  if (files.length === 0) return { content: question.text, cutFiles: [] };
  const images = files.filter(({ kind }) => kind === 'image');
  const shown = takesImages ? images : [];
  let left = (tokens - shown.length * imageTokens) * charsPerToken - question.text.length;
  const texts: string[] = [];
  const cutFiles: string[] = [];
  for (const file of files) {
    if (file.kind === 'image') continue;
    const whole = attachments.text(file.id) ?? '';
    const text = textPart(file, whole, left);
    if (isCut(whole, left)) cutFiles.push(file.name);
    left -= text.length;
    texts.push(text);
  }
  for (const { name } of takesImages ? [] : images)
    texts.push(`[The picture ${quoted(name)} is left out: you take none.]`);
  const all = [...texts, question.text].filter((text) => text !== '').join('\n\n');
  if (shown.length === 0) return { content: all, cutFiles };
  const parts: ContentPart[] = shown.map(({ id, mediaType }) =>
    ImagePart.parse({ type: 'image', mediaType, data: attachments.bytes(id).toString('base64') }),
  );
  return { content: all === '' ? parts : [{ type: 'text', text: all }, ...parts], cutFiles };
}

/** A blank text has nothing that could be cut. */
function isCut(text: string, roomChars: number): boolean {
  return text.trim() !== '' && text.length > roomChars;
}

function textPart({ name, kind, pages }: AttachmentInfo, text: string, roomChars: number): string {
  const what = `name=${quoted(name)}${pages === null ? '' : ` pages="${pages}"`}`;
  if (text.trim() === '') {
    return `<file ${what}>\n[${kind === 'pdf' ? 'No text could be read from this PDF: it may be scanned.' : 'The file is blank.'}]\n</file>`;
  }
  if (!isCut(text, roomChars)) return `<file ${what}>\n${text}\n</file>`;
  const kept = Math.max(0, Math.floor(roomChars) - leastChars);
  const cut = text.slice(0, kept).replace(/[\uD800-\uDBFF]$/u, '');
  return `<file ${what}>\n${cut}\n[Cut: these are the first ${cut.length} of ${text.length} characters. The rest does not fit.]\n</file>`;
}

/** A name cannot end its own quotes. */
function quoted(name: string): string {
  return `"${name.replaceAll(/["<>]/gu, "'")}"`;
}
