/** The conversations that were looked at: coming back to one shows it at once, and then what changed. */
import type { ConversationId } from '../../protocol/ids.ts';
import type { Client } from '../connection/client.ts';
import { MessageLog } from './message-log.ts';

/** How many are kept beside those that are on screen. */
const keptLogs = 20;

export class MessageLogs {
  readonly #client: Pick<Client, 'conversations' | 'messages'>;
  /** In the order in which they were first looked at. */
  readonly #logs = new Map<ConversationId, MessageLog>();

  constructor(client: Pick<Client, 'conversations' | 'messages'>) {
    this.#client = client;
  }

  /** The next one who asks for it is given a new one: it has come back after it was removed. */
  forget(id: ConversationId): void {
    this.#logs.delete(id);
  }

  get(id: ConversationId): MessageLog {
    const known = this.#logs.get(id);
    if (known !== undefined) return known;
    const log = new MessageLog(id, this.#client);
    this.#logs.set(id, log);
    for (const [oldId, old] of this.#logs) {
      if (this.#logs.size <= keptLogs) break;
      if (oldId !== id && !old.isWatched) this.#logs.delete(oldId);
    }
    return log;
  }
}
