/**
 * Attachments: files come in pieces, so that one of 20 MB holds up neither a carrier nor a turn. What a file is, is read from
 * its first bytes before any of it is kept. A text is decoded here; the text of a PDF is read by whoever hands it over
 * (docs/decisions: PDF text). Each is shown by messages, and goes with its conversation, or when nobody sent it for a week.
 */
import type { AttachmentInfo } from '../../db/attachments.repository.ts';
import type { MessageRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import { attachmentLimits, type AttachmentView } from '../protocol/attachments.ts';
import type { FileAttachment } from '../protocol/conversation-file.ts';
import type { AttachmentId } from '../protocol/ids.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import type { EngineService } from './service.ts';
import { decodeText, sniff } from './sniff.ts';
import type { Turn, TurnLoop } from './turn.ts';
import type { Ids } from './ulid.ts';

export interface AttachmentsOptions {
  store: Store;
  turns: TurnLoop;
  ids: Ids;
}

/** A chunk of a file that is read piece by piece. */
export interface AttachmentSource {
  readonly view: AttachmentView;
  /** The bytes from there to the end of a chunk; undefined at the end of the file. */
  chunk(offset: number): Buffer | undefined;
}

export function createAttachments({ store, turns, ids }: AttachmentsOptions): EngineService['attachments'] {
  const { attachments } = store;

  const require = (id: AttachmentId): AttachmentInfo => {
    const info = attachments.info(id);
    if (info === undefined) throw new EngineError('NOT_FOUND', 'This file was removed, or never was. Add it again.');
    return info;
  };

  return {
    async begin(input) {
      const [id] = await turns.call('attachments.begin', (turn) =>
        once(turn, store, 'attachments.begin', input, () => {
          const head = Buffer.from(input.data, 'base64');
          const name = nameOf(input.name);
          const found = look(name, head, input.bytes);
          const attachmentId = ids.attachment();
          attachments.insert({
            id: attachmentId,
            conversationId: null,
            name,
            ...found,
            bytes: input.bytes,
            pages: null,
            ready: false,
            createdAt: turn.at,
            text: null,
          });
          attachments.appendChunk(attachmentId, 0, head);
          settle(require(attachmentId));
          return [attachmentId];
        }),
      );
      return attachmentView(require(id as AttachmentId));
    },
    append: ({ id, offset, data }) =>
      turns.call('attachments.append', () => {
        const info = require(id);
        const here = attachments.received(id);
        const bytes = Buffer.from(data, 'base64');
        // Its answer was lost, and it is sent again.
        const known = offset < here ? attachments.chunk(id, offset) : undefined;
        if (known?.equals(bytes) === true) return attachmentView(info);
        if (offset !== here) {
          throw new EngineError('CONFLICT', `${info.name}: the next piece begins at byte ${here}, not at ${offset}.`);
        }
        if (here + bytes.length > info.bytes) {
          throw new EngineError(
            'BAD_REQUEST',
            `${info.name} is longer than the ${info.bytes} bytes it was said to be.`,
          );
        }
        attachments.appendChunk(id, offset, bytes);
        settle(info);
        return attachmentView(require(id));
      }),
    describe: ({ id, text, pages }) =>
      turns.call('attachments.describe', () => {
        const info = require(id);
        if (info.kind !== 'pdf') throw new EngineError('CONFLICT', `${info.name} is no PDF: its text is read here.`);
        if (info.ready) throw new EngineError('CONFLICT', `The text of ${info.name} is here already.`);
        attachments.update(id, { text, pages });
        settle(info);
        return attachmentView(require(id));
      }),
    get: (id) => attachmentView(require(id)),
    list: (wanted) => attachments.infos(wanted).map(attachmentView),
    text: (id) => ({ text: require(id).kind === 'image' ? '' : (attachments.text(id) ?? '') }),
    remove: (id) =>
      turns.call('attachments.remove', () => {
        const info = require(id);
        if (info.conversationId !== null) {
          throw new EngineError('CONFLICT', `${info.name} was sent with a message and stays with it.`);
        }
        attachments.remove(id);
      }),
    open(id) {
      const info = attachments.info(id);
      if (info?.ready !== true) return undefined;
      return { view: attachmentView(info), chunk: (offset) => attachments.chunk(id, offset) };
    },
  };

  /** When all is here it is looked at as a whole, and can be sent. */
  function settle({ id, kind, name, bytes }: AttachmentInfo): void {
    if (attachments.received(id) !== bytes) return;
    if (kind === 'pdf') {
      attachments.update(id, { ready: attachments.text(id) !== null });
      return;
    }
    if (kind === 'image') {
      attachments.update(id, { ready: true });
      return;
    }
    const text = decodeText(attachments.bytes(id));
    if (text === undefined) throw new EngineError('BAD_REQUEST', refusal(name));
    attachments.update(id, { text, ready: true });
  }
}

/** One that comes all at once, in the turn of what shows it. Throws `BAD_REQUEST` when it cannot be attached. */
export function insertAttachment(turn: Turn, { attachments }: Store, ids: Ids, file: FileAttachment): AttachmentId {
  const bytes = Buffer.from(file.data ?? '', 'base64');
  const name = nameOf(file.name);
  if (bytes.length === 0) throw new EngineError('BAD_REQUEST', `The bytes of ${name} are missing.`);
  const { chunkBytes } = attachmentLimits;
  const found = look(name, bytes.subarray(0, chunkBytes), bytes.length);
  const text = found.kind === 'text' ? decodeText(bytes) : found.kind === 'pdf' ? (file.text ?? '') : null;
  if (text === undefined) throw new EngineError('BAD_REQUEST', refusal(name));
  const id = ids.attachment();
  const blank = { id, conversationId: null, name, bytes: bytes.length, ready: true, createdAt: turn.at };
  attachments.insert({ ...blank, ...found, pages: found.kind === 'pdf' ? file.pages : null, text });
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    attachments.appendChunk(id, at, bytes.subarray(at, at + chunkBytes));
  }
  return id;
}

/** Throws `BAD_REQUEST`, with the limit, when the file cannot be attached. */
function look(name: string, head: Buffer, bytes: number) {
  const found = sniff(head);
  if (found === undefined) throw new EngineError('BAD_REQUEST', refusal(name));
  const { kind, width, height } = found;
  const most = attachmentLimits.bytes[kind];
  if (bytes > most) {
    const what = { image: 'an image', pdf: 'a PDF', text: 'a text file' }[kind];
    throw new EngineError('BAD_REQUEST', `${name} is too large: ${what} may have ${most / 1_000_000} MB.`);
  }
  if (head.length > bytes || (head.length < bytes && head.length !== attachmentLimits.chunkBytes)) {
    throw new EngineError(
      'BAD_REQUEST',
      `The first piece of ${name} has to hold ${Math.min(bytes, attachmentLimits.chunkBytes)} bytes.`,
    );
  }
  if (width !== null && height !== null && width * height > attachmentLimits.imagePixels) {
    const mega = attachmentLimits.imagePixels / 1_000_000;
    throw new EngineError('BAD_REQUEST', `${name} has too many pixels: an image may have ${mega} million.`);
  }
  return found;
}

function refusal(name: string): string {
  return (
    `${name} is neither text (UTF-8 or UTF-16), nor a PDF, nor a PNG, JPEG, WebP or GIF image. ` +
    'Save it as one of these, a document as PDF, and add it again.'
  );
}

/** A name to be shown, and to save the file under: no path, and nothing that turns or hides its end. */
function nameOf(given: string): string {
  const last = given.split(/[/\\]/u).at(-1) ?? '';
  const shown = last.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  const dot = shown.lastIndexOf('.');
  const end = dot > 0 && shown.length - dot <= 12 ? shown.slice(dot) : '';
  return shown.length <= 120 ? shown || 'file' : `${shown.slice(0, 119 - end.length)}…${end}`;
}

function attachmentView({ ...info }: AttachmentInfo): AttachmentView {
  return info;
}

/** What a message shows, in its order. */
export function attachmentsOf(store: Store, message: Pick<MessageRow, 'id' | 'role'>): AttachmentView[] {
  if (message.role !== 'user') return [];
  return store.attachments.ofMessage(message.id).flatMap((id) => {
    const info = store.attachments.info(id);
    return info === undefined ? [] : [attachmentView(info)];
  });
}
