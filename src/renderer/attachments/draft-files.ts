/**
 * The files of messages that are being written, for each composer. They outlive the view, and by their ids a reload. Those of
 * a message that is on its way are kept until it is acknowledged: when it is refused they are back in the box with its text.
 */
import type { AttachmentId } from '../../protocol/ids.ts';
import type { AttachmentView } from '../../protocol/attachments.ts';
import type { ComposerActor, ComposerKey, Composers } from '../composer/composers.ts';
import type { Client } from '../connection/client.ts';
import { i18n } from '../i18n/i18n.ts';
import { Store } from '../remote/store.ts';
import { limits } from './limits.ts';
import { NotAttached, upload } from './upload.ts';

export interface DraftFile {
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  /** While it is handed over: how much of it, 0 to 1. */
  readonly share: number;
  readonly reading: boolean;
  /** Once it is whole. */
  readonly view: AttachmentView | null;
}

export interface FilesState {
  readonly files: readonly DraftFile[];
  /** Why files were not added, the last of them last. */
  readonly problems: readonly string[];
}

const storagePrefix = 'nightshift.files.';
const none: readonly string[] = [];

export class DraftFiles {
  readonly state = new Store<FilesState>({ files: [], problems: [] });
  readonly #client: Pick<Client, 'attachments'>;
  readonly #key: ComposerKey;
  readonly #actor: ComposerActor;
  readonly #uploads = new Map<string, AbortController>();
  #outgoing: readonly string[];

  constructor(client: Pick<Client, 'attachments'>, key: ComposerKey, actor: ComposerActor) {
    this.#client = client;
    this.#key = key;
    this.#actor = actor;
    this.#outgoing = actor.getSnapshot().context.outgoing?.attachments ?? none;
    actor.subscribe(({ context }) => this.#composerMoved(context.outgoing?.attachments ?? none, context.files));
    void this.#restore();
  }

  /** One after the other; what cannot be added is said. */
  async add(files: readonly File[]): Promise<void> {
    const room = limits.perMessage - this.#shown().length;
    const problems = files.length > room ? [i18n.t('attachments:tooMany', { count: limits.perMessage })] : [];
    this.state.update((state) => ({ ...state, problems }));
    const taken = files.slice(0, Math.max(0, room)).map((file) => ({ file, key: crypto.randomUUID() }));
    const blank = { share: 0, reading: false, view: null };
    const rows = taken.map(({ file, key }) => ({ key, name: file.name, bytes: file.size, ...blank }));
    this.#set((known) => [...known, ...rows]);
    for (const { file, key } of taken) await this.#upload(file, key);
  }

  remove(key: string): void {
    this.#uploads.get(key)?.abort();
    const file = this.state.getSnapshot().files.find((one) => one.key === key);
    this.#set((files) => files.filter((one) => one.key !== key));
    if (file?.view == null) return;
    this.#client.attachments.remove
      .mutate({ id: file.view.id })
      .catch((error: unknown) => console.warn('A removed file stays on the disk until it is swept away.', error));
  }

  async #upload(file: File, key: string): Promise<void> {
    // Removed before its turn came.
    if (!this.state.getSnapshot().files.some((one) => one.key === key)) return;
    const abort = new AbortController();
    this.#uploads.set(key, abort);
    const change = (part: Partial<DraftFile>) =>
      this.#set((files) => files.map((one) => (one.key === key ? { ...one, ...part } : one)));
    try {
      const { signal } = abort;
      const view = await upload(file, {
        client: this.#client,
        signal,
        onProgress: (share, reading) => change({ share, reading }),
      });
      change({ view, share: 1, reading: false, name: view.name });
      if (view.kind === 'pdf') await this.#warnOfScan(view);
    } catch (error) {
      if (abort.signal.aborted) return;
      const problem = error instanceof NotAttached ? error.message : String(error);
      this.#set((files) => files.filter((one) => one.key !== key));
      this.state.update((state) => ({ ...state, problems: [...state.problems, problem] }));
    } finally {
      this.#uploads.delete(key);
    }
  }

  async #warnOfScan({ id, name }: AttachmentView): Promise<void> {
    const { text } = await this.#client.attachments.text.query({ id });
    if (text.trim() !== '') return;
    const problem = i18n.t('attachments:pdfNoText', { name });
    this.state.update((state) => ({ ...state, problems: [...state.problems, problem] }));
  }

  /** Not those that are on their way. */
  #shown(): readonly DraftFile[] {
    return this.state.getSnapshot().files.filter(({ view }) => view === null || !this.#outgoing.includes(view.id));
  }

  #composerMoved(outgoing: readonly string[], files: readonly string[]): void {
    const before = this.#outgoing;
    if (before === outgoing) return;
    this.#outgoing = outgoing;
    // Acknowledged, unless they were put back.
    const gone = before.filter((id) => !outgoing.includes(id) && !files.includes(id));
    this.#set((known) => known.filter(({ view }) => view === null || !gone.includes(view.id)));
  }

  #set(change: (files: readonly DraftFile[]) => readonly DraftFile[]): void {
    this.state.update((state) => ({ ...state, files: change(state.files) }));
    const shown = this.#shown();
    const ids = shown.flatMap(({ view }) => view?.id ?? []);
    this.#actor.send({ type: 'FILES', ids, busy: ids.length < shown.length });
    const kept = this.state.getSnapshot().files.flatMap(({ view }) => view?.id ?? []);
    try {
      if (kept.length === 0) localStorage.removeItem(storagePrefix + this.#key);
      else localStorage.setItem(storagePrefix + this.#key, JSON.stringify(kept));
    } catch (error) {
      console.warn('The browser keeps no drafts now.', error);
    }
  }

  /** As the page was left. Files that are not kept any more, or were sent meanwhile, are not there. */
  async #restore(): Promise<void> {
    const stored: unknown = JSON.parse(localStorage.getItem(storagePrefix + this.#key) ?? '[]');
    const ids = Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
    if (ids.length === 0) return;
    try {
      const found = await this.#client.attachments.list.query({ ids: ids.slice(0, 100) as AttachmentId[] });
      const files = ids.flatMap((id) => found.find((view) => view.id === id && view.ready) ?? []);
      const unsent = files.filter(({ id, conversationId }) => conversationId === null || this.#outgoing.includes(id));
      const rows = unsent.map((view) => ({
        key: view.id,
        name: view.name,
        bytes: view.bytes,
        share: 1,
        reading: false,
        view,
      }));
      this.#set((known) => [...rows, ...known]);
    } catch (error) {
      console.warn('The files of a draft could not be looked for.', error);
    }
  }
}

/** Those of all composers, each made when it is first asked for. */
export class AllDraftFiles {
  readonly #client: Pick<Client, 'attachments'>;
  readonly #composers: Pick<Composers, 'get'>;
  readonly #known = new Map<ComposerActor, DraftFiles>();

  constructor(client: Pick<Client, 'attachments'>, composers: Pick<Composers, 'get'>) {
    this.#client = client;
    this.#composers = composers;
  }

  get(key: ComposerKey): DraftFiles {
    const actor = this.#composers.get(key);
    const known = this.#known.get(actor);
    if (known !== undefined) return known;
    const files = new DraftFiles(this.#client, key, actor);
    this.#known.set(actor, files);
    return files;
  }
}
