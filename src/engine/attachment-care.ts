/** The duty that removes files which nobody sent: drafts that were given up, uploads that broke off. */
import type { Store } from '../../db/store.ts';
import { attachmentLimits } from '../protocol/attachments.ts';
import type { Inputs } from './inputs.ts';
import type { Clock } from './ports.ts';

const firstLookMs = 10_000;
const everyMs = 3_600_000;
/** Of one turn: each may be 20 MB. */
const batch = 2;
const restMs = 50;

export class AttachmentCare {
  readonly #store: Store;
  readonly #inputs: Inputs;
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;

  constructor(store: Store, inputs: Inputs, clock: Clock) {
    this.#store = store;
    this.#inputs = inputs;
    this.#clock = clock;
  }

  start(): void {
    this.#look(firstLookMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(inMs: number): void {
    this.#cancel = this.#clock.after(inMs, () => {
      this.#look(everyMs);
      this.#inputs.postOnce('remove unsent files', (turn) => {
        const unsent = this.#store.attachments.unsent(turn.at - attachmentLimits.unsentMs, batch);
        for (const id of unsent) this.#store.attachments.remove(id);
        if (unsent.length === batch) turn.after(() => this.#again());
      });
    });
  }

  #again(): void {
    if (this.#cancel === undefined) return;
    this.#cancel();
    this.#look(restMs);
  }
}
