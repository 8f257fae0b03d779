/** Conversations out to files, and in from them. */
import { SideThreadError } from '../../db/side-thread/side-thread-error.ts';
import type { Store } from '../../db/store.ts';
import type { ConversationFile } from '../protocol/conversation-file.ts';
import type { AgentId, ConversationId, MessageId } from '../protocol/ids.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import type { JobHistory } from './ports.ts';
import type { EngineService } from './service.ts';
import type { TurnLoop } from './turn.ts';
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
          insertMessages(conversationId, agentId, file);
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

  /** One path, without jobs: like messages whose jobs were removed with time. */
  function insertMessages(conversationId: ConversationId, agentId: AgentId, file: ConversationFile): void {
    let question: MessageId | null = null;
    for (const { role, text, thinking, status, createdAt } of file.messages) {
      const id = ids.message();
      const common = { id, conversationId, role, text, thinking, createdAt };
      if (role === 'user' || question === null) {
        chat.insertMessage({ ...common, status: 'complete', position: id, parentId: question });
        question = id;
      } else {
        const position = `${question}~${id}`;
        chat.insertMessage({ ...common, status, position, parentId: question, agentId });
      }
    }
  }
}
