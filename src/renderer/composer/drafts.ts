/**
 * Drafts are kept with the service, so that another browser goes on with them; the copy in this one bridges the time
 * without a connection. What was typed here and not saved yet goes before what comes from elsewhere.
 */
import type { DraftView } from '../../protocol/conversations.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { Client } from '../connection/client.ts';
import { refusalOf } from '../connection/refusal.ts';
import { live } from '../remote/live.ts';
import type { ComposerStorage } from './kept.ts';

/** After the last key; an emptied box is saved at once, because what was in it has been sent. */
const restMs = 600;

interface Entry {
  text: string;
  /** What the service has; null: not known yet. */
  saved: string | null;
  /** Typed here, and not known to be saved. */
  dirty: boolean;
  saving: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Drafts {
  readonly #client: Pick<Client, 'conversations'>;
  readonly #storage: ComposerStorage;
  /** Names this window, so that it does not take its own words for another's. */
  readonly #writer = crypto.randomUUID();
  readonly #entries = new Map<ConversationId, Entry>();

  constructor(client: Pick<Client, 'conversations'>, storage: ComposerStorage) {
    this.#client = client;
    this.#storage = storage;
  }

  /** The composer of a conversation was made, with what this browser has kept. */
  open(id: ConversationId, text: string): void {
    const dirty = this.#storage.isUnsaved(id);
    this.#entries.set(id, { text, saved: null, dirty, saving: false, timer: undefined });
  }

  changed(id: ConversationId, text: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.text === text) return;
    entry.text = text;
    this.#mark(id, entry, text !== entry.saved);
    clearTimeout(entry.timer);
    if (entry.dirty) entry.timer = setTimeout(() => this.#save(id, entry), text === '' ? 0 : restMs);
  }

  /** While the conversation is on screen: `adopt` is told what was typed elsewhere. Returns how to stop. */
  follow(id: ConversationId, adopt: (text: string) => void): () => void {
    return live<DraftView>({
      start: (handlers) => this.#client.conversations.watchDraft.subscribe({ id }, handlers),
      onData: ({ text, writer, updatedAt }) => {
        const entry = this.#entries.get(id);
        if (entry === undefined) return;
        entry.saved = text;
        if (writer === this.#writer) return;
        // Typed before the service kept drafts.
        if (updatedAt === 0 && entry.text !== '') this.#mark(id, entry, true);
        if (entry.dirty) this.#save(id, entry);
        else if (text !== entry.text) adopt(text);
      },
    });
  }

  /** The connection is back: what could not be saved is. */
  connected(): void {
    for (const [id, entry] of this.#entries) if (entry.dirty) this.#save(id, entry);
  }

  forget(id: ConversationId): void {
    clearTimeout(this.#entries.get(id)?.timer);
    this.#entries.delete(id);
    this.#storage.setUnsaved(id, false);
  }

  #save(id: ConversationId, entry: Entry): void {
    if (entry.saving) return;
    const { text } = entry;
    entry.saving = true;
    this.#client.conversations.saveDraft.mutate({ id, text, writer: this.#writer }).then(
      () => {
        entry.saving = false;
        entry.saved = text;
        this.#mark(id, entry, entry.text !== text);
        if (entry.dirty) this.#save(id, entry);
      },
      (error: unknown) => {
        entry.saving = false;
        // A refusal is final: the conversation was removed. Without an answer the next connection tries again.
        if (refusalOf(error) !== null) this.#mark(id, entry, false);
      },
    );
  }

  #mark(id: ConversationId, entry: Entry, dirty: boolean): void {
    if (entry.dirty !== dirty) this.#storage.setUnsaved(id, dirty);
    entry.dirty = dirty;
  }
}
