/** Whether files can go with a message that is about to be written: looked at in its turn, before anything is written. */
import type { AttachmentInfo } from '../../db/attachments.repository.ts';
import type { AgentRow, ConversationRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import { attachmentLimits } from '../protocol/attachments.ts';
import { splitModel, type AttachmentId, type ConversationId } from '../protocol/ids.ts';
import { effectiveSettings } from './conversation-settings.ts';
import { EngineError } from './errors.ts';
import type { ProviderActors } from './provider-actors.ts';

export interface Sending {
  store: Store;
  providers: Pick<ProviderActors, 'model'>;
  conversation: ConversationRow;
  /** Who answers. */
  agents: readonly AgentRow[];
  /** Chosen for this message; undefined: what the conversation or its agents have. */
  model: string | undefined;
}

/**
 * They are there, whole, not too many, in no other conversation, and pictures go only to models that are not known to take
 * none. Throws `NOT_FOUND`, `BAD_REQUEST` or `CONFLICT`.
 */
export function requireSendable(sending: Sending, ids: readonly AttachmentId[]): void {
  const { store, conversation } = sending;
  if (new Set(ids).size !== ids.length || ids.length > attachmentLimits.perMessage) {
    throw new EngineError('BAD_REQUEST', `A message takes at most ${attachmentLimits.perMessage} files, each once.`);
  }
  for (const id of ids) {
    const { kind, name } = requireOwn(store, conversation.id, id);
    if (kind === 'image') requireSight(sending, name);
  }
}

/** One that is there, whole, and in no other conversation. Throws `NOT_FOUND` or `CONFLICT`. */
export function requireOwn(store: Store, conversationId: ConversationId, id: AttachmentId): AttachmentInfo {
  const info = store.attachments.info(id);
  if (info === undefined) {
    throw new EngineError('NOT_FOUND', 'A file of this message is not kept any more. Add it again.');
  }
  if (!info.ready) throw new EngineError('CONFLICT', `${info.name} is not here as a whole yet.`);
  if (info.conversationId !== null && info.conversationId !== conversationId) {
    throw new EngineError('CONFLICT', `${info.name} belongs to another conversation. Add it again here.`);
  }
  return info;
}

function requireSight({ providers, conversation, agents, model }: Sending, name: string): void {
  for (const agent of agents) {
    const asked = model ?? effectiveSettings(conversation, agent).model;
    const { provider, model: atProvider } = splitModel(asked);
    if (providers.model(provider, atProvider)?.images !== false) continue;
    throw new EngineError(
      'CONFLICT',
      `${agent.name} answers with ${asked}, which takes no images. Remove ${name}, or choose another model.`,
    );
  }
}
