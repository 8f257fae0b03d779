/**
 * What must outlive a reload. Drafts go to `localStorage` (any window may pick one up again); an unacknowledged message
 * goes to `sessionStorage`, which belongs to one tab, so that two windows on a conversation cannot overwrite each
 * other's. A duplicated tab copies it with its requestId: sent twice, stored once.
 */
import type { GoalStart } from '../goals/goal-options.ts';
import type { KeptComposer, Outgoing } from './composer.machine.ts';

type KeyValue = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const draftPrefix = 'nightshift.draft.';
const unsentPrefix = 'nightshift.unsent.';
const unsavedPrefix = 'nightshift.unsaved.';

function parseOutgoing(stored: string): Outgoing | null {
  const value: unknown = JSON.parse(stored);
  if (typeof value !== 'object' || value === null) return null;
  if (!('requestId' in value && 'text' in value && 'agentId' in value)) return null;
  const { requestId, text, agentId } = value;
  if (typeof requestId !== 'string' || typeof text !== 'string') return null;
  const files: unknown = 'attachments' in value ? value.attachments : [];
  const attachments = Array.isArray(files) ? files.filter((id) => typeof id === 'string') : [];
  if (typeof agentId !== 'string' && agentId !== null) return null;
  // Kept by this page or an older one of its kind; the service looks at all of it.
  const goal = 'goal' in value && typeof value.goal === 'object' ? (value.goal as GoalStart | null) : null;
  return { requestId, text, agentId, attachments, ...(goal === null ? {} : { goal }) };
}

export class ComposerStorage {
  readonly #drafts: KeyValue;
  readonly #unsent: KeyValue;

  constructor(drafts: KeyValue, unsent: KeyValue) {
    this.#drafts = drafts;
    this.#unsent = unsent;
  }

  load(key: string): KeptComposer {
    return { draft: this.#drafts.getItem(draftPrefix + key) ?? '', outgoing: this.#loadOutgoing(key) };
  }

  save(key: string, { draft, outgoing }: KeptComposer): void {
    this.#put(this.#drafts, draftPrefix + key, draft === '' ? null : draft);
    this.#put(this.#unsent, unsentPrefix + key, outgoing === null ? null : JSON.stringify(outgoing));
  }

  forget(key: string): void {
    this.save(key, { draft: '', outgoing: null });
  }

  /** The draft is newer than what the service has of it. */
  isUnsaved(key: string): boolean {
    return this.#drafts.getItem(unsavedPrefix + key) !== null;
  }

  setUnsaved(key: string, unsaved: boolean): void {
    this.#put(this.#drafts, unsavedPrefix + key, unsaved ? '1' : null);
  }

  /** The composers that have something to send. */
  unsentKeys(): string[] {
    return Array.from({ length: this.#unsent.length }, (_, index) => this.#unsent.key(index))
      .filter((key) => key?.startsWith(unsentPrefix) === true)
      .map((key) => (key ?? '').slice(unsentPrefix.length));
  }

  #loadOutgoing(key: string): Outgoing | null {
    const stored = this.#unsent.getItem(unsentPrefix + key);
    if (stored === null) return null;
    try {
      return parseOutgoing(stored);
    } catch (error) {
      console.warn('A kept message cannot be read and is dropped.', error);
      return null;
    }
  }

  #put(storage: KeyValue, key: string, value: string | null): void {
    try {
      if (value === null) storage.removeItem(key);
      else storage.setItem(key, value);
    } catch (error) {
      // Full or forbidden: the page goes on, only a reload would lose the text.
      console.warn('The browser keeps no drafts now.', error);
    }
  }
}
