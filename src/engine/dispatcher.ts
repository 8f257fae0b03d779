/** The dispatcher actor, and the turn it asks for: due timers, ends of pauses, and what a missed bell left behind. */
import { createActor, type Actor, type InspectionEvent } from 'xstate';
import { dispatcherMachine } from '../../machines/dispatcher.machine.ts';
import type { Clock } from './ports.ts';
import type { Offer } from './dispatch.ts';

export class Dispatcher {
  readonly #actor: Actor<typeof dispatcherMachine>;
  #started = false;

  /** `requestTurn` must lead to a turn that ends in an offer, told by `offered`. */
  constructor(clock: Clock, requestTurn: () => void) {
    this.#actor = createActor(dispatcherMachine.provide({ actions: { requestTurn } }), {
      id: 'dispatcher',
      clock: {
        setTimeout: (callback, delayMs) => clock.after(delayMs, callback),
        clearTimeout: (cancel: () => void) => cancel(),
      },
      input: {},
    });
  }

  start(): void {
    this.#started = true;
    this.#actor.start();
  }

  /** No more offers. Twice is harmless. */
  stop(): void {
    if (this.#started) this.#actor.send({ type: 'STOP' });
  }

  /** No offers until `resume`. */
  suspend(): void {
    if (this.#started) this.#actor.send({ type: 'SUSPEND' });
  }

  resume(): void {
    if (this.#started) this.#actor.send({ type: 'RESUME' });
  }

  /** Whether turns are to end in an offer. */
  get isRunning(): boolean {
    return this.#started && this.snapshot.matches('running');
  }

  /** The number of the coming claim, for the lanes' patience. */
  get nextClaim(): number {
    return this.snapshot.context.claimNumber + 1;
  }

  /** After the commit: what the turn has offered. More to give means that the bell rings again at once. */
  offered({ claimed, more }: Offer): void {
    // Nobody asked, and there was nothing to give: the machine has nothing to note.
    if (claimed === 0 && !more && this.snapshot.matches({ running: 'resting' })) return;
    this.#actor.send({ type: 'OFFERED', claimed });
    if (more) this.#actor.send({ type: 'BELL' });
  }

  /** Looks on. Returns how to end it. */
  inspect(observer: (event: InspectionEvent) => void): () => void {
    const subscription = this.#actor.system.inspect(observer);
    return () => subscription.unsubscribe();
  }

  get snapshot(): ReturnType<Actor<typeof dispatcherMachine>['getSnapshot']> {
    return this.#actor.getSnapshot();
  }
}
