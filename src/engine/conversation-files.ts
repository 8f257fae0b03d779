/** Conversations out to files, and in from them. */
import { SideThreadError } from '../../db/side-thread/side-thread-error.ts';
import { hiddenBits, type MessageRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import type { z } from 'zod';
import type { ConversationFile, FileMessage, ImportConversation } from '../protocol/conversation-file.ts';
import type { AgentId, AttachmentId, ConversationId } from '../protocol/ids.ts';
import { insertAttachment } from './attachments.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import type { JobHistory } from './ports.ts';
import { requireOwn } from './sendable.ts';
import type { EngineService } from './service.ts';
import type { Turn, TurnLoop } from './turn.ts';
import type { Ids } from './ulid.ts';
import type { Views } from './views.ts';

const previewChars = 120;

export interface ConversationFilesOptions {
  store: Store;
  history: JobHistory;
  turns: TurnLoop;
  views: Views;
  ids: Ids;
  defaultAgent: () => AgentId;
}

export function createConversationFiles(options: ConversationFilesOptions): EngineService['conversationFiles'] {
  const { store, history, turns, views, ids, defaultAgent } = options;
  const { chat } = store;

  return {
    async export({ id, format }) {
      const exported = await history.exportConversation(id, format).catch((error: unknown) => {
        if (error instanceof SideThreadError) throw new EngineError('UNAVAILABLE', error.message, { cause: error });
        throw error;
      });
      if (exported !== undefined) return exported;
      throw new EngineError('NOT_FOUND', 'This conversation was removed, or never was.');
    },
    async import(input) {
      const [id] = await turns.call('conversations.import', (turn) =>
        once(turn, store, 'conversations.import', input, () => {
          const { file } = input;
          const conversationId = ids.conversation();
          const agentId = agentFor(file, input.agentId);
          chat.insertConversation({
            id: conversationId,
            title: file.title,
            titled: true,
            agentId,
            lastJobId: null,
            preview: (file.messages.at(-1)?.text ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, previewChars),
            createdAt: file.createdAt,
            updatedAt: turn.at,
          });
          insertMessages(turn, conversationId, agentId, input);
          turn.ring('conversations', conversationId);
          return [conversationId];
        }),
      );
      const row = chat.conversation(id as ConversationId);
      if (row === undefined) {
        throw new EngineError('NOT_FOUND', 'This conversation was imported before, and was removed since.');
      }
      return views.conversation(row);
    },
  };

  function agentFor(file: ConversationFile, asked: AgentId | undefined): AgentId {
    if (asked === undefined) return chat.agents().find(({ name }) => name === file.agent)?.id ?? defaultAgent();
    if (chat.agent(asked) !== undefined) return asked;
    throw new EngineError('NOT_FOUND', 'This agent was removed. Choose another one.');
  }

  /** The files of a message are there before it: handed over, or in the file itself. */
  function attach(turn: Turn, conversationId: ConversationId, { file, attachmentIds }: Import): AttachmentId[] {
    if (attachmentIds === undefined) return file.attachments.map((one) => insertAttachment(turn, store, ids, one));
    if (attachmentIds.length !== file.attachments.length) {
      throw new EngineError('BAD_REQUEST', 'Name one file for each that the conversation has.');
    }
    for (const id of attachmentIds) requireOwn(store, conversationId, id);
    return attachmentIds;
  }

  /** Without jobs: like messages whose jobs were removed with time. */
  function insertMessages(turn: Turn, conversationId: ConversationId, agentId: AgentId, input: Import): void {
    const { messages } = input.file;
    const files = attach(turn, conversationId, input);
    const agents = new Map(chat.agents().map(({ name, id }) => [name, id]));
    const shown = onlyOneShown(messages);
    const written: Written[] = [];
    let last: Written | null = null;
    for (const [index, { role, text, thinking, status, createdAt, agent, meta, ...message }] of messages.entries()) {
      const parent: Written | null =
        message.parent === undefined ? last : message.parent === null ? null : (written[message.parent] ?? null);
      const id = ids.message();
      const above = parent === null || parent.hidden === 0 ? 0 : hiddenBits.inherited;
      const own = shown[index] === true ? 0 : hiddenBits.own;
      const hidden: number = own | above;
      const row = { id, conversationId, role, text, thinking, createdAt, parentId: parent?.id ?? null, hidden };
      if (role === 'user' || parent === null) chat.insertMessage({ ...row, status: 'complete', position: id });
      else {
        const who = agent === undefined ? agentId : agent === null ? null : (agents.get(agent) ?? null);
        chat.insertMessage({ ...row, status, position: `${parent.id}~${id}`, agentId: who, meta });
      }
      store.attachments.show(
        id,
        conversationId,
        message.attachments.flatMap((place) => files[place] ?? []),
      );
      written.push({ id, hidden });
      if (role === 'user') last = { id, hidden };
    }
  }
}

type Import = z.infer<typeof ImportConversation>;
type Written = Pick<MessageRow, 'id' | 'hidden'>;

/** Of what can be shown in the same place the last that says so. In version 1 nothing shares a place. */
function onlyOneShown(messages: readonly FileMessage[]): boolean[] {
  const taken = new Set<string>();
  return messages
    .map(({ parent, role, agent, shown }, index) => ({
      shown,
      place: `${parent === undefined ? `#${index}` : parent} ${role} ${agent ?? ''}`,
    }))
    .toReversed()
    .map(({ shown, place }) => {
      if (!shown || taken.has(place)) return false;
      taken.add(place);
      return true;
    })
    .toReversed();
}
