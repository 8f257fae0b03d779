/** `MessageChannelMain`: two entangled ports, of which one is handed to a window. */
import { EventEmitter } from 'node:events';
import type { MessagePortMain } from 'electron';

/** What is posted to one end arrives at the other in a later turn of the event loop, once that end was started. */
export class StandInPort extends EventEmitter {
  peer: StandInPort | undefined;
  readonly #waiting: unknown[] = [];
  #started = false;
  #closed = false;

  postMessage(message: unknown): void {
    if (this.#closed) return;
    // Copied as Electron does, and refused where it would be.
    this.peer?.receive(structuredClone(message));
  }

  start(): void {
    this.#started = true;
    for (const message of this.#waiting.splice(0)) this.receive(message);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    setImmediate(() => this.emit('close'));
    this.peer?.close();
  }

  receive(data: unknown): void {
    if (this.#closed) return;
    if (!this.#started) this.#waiting.push(data);
    else setImmediate(() => this.emit('message', { data, ports: [] }));
  }
}

type Known = Pick<MessagePortMain, 'postMessage' | 'start' | 'close' | 'on' | 'once' | 'off'>;

export class MessageChannelMain {
  readonly port1 = new StandInPort();
  readonly port2 = new StandInPort();

  constructor() {
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
    this.port1 satisfies Known;
  }
}
