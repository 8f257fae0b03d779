/** The tRPC client over any transport, with the connection machine deciding when it may connect. */
import { createTRPCClient, createWSClient, wsLink, type TRPCClient } from '@trpc/client';
import { createActor, fromPromise, type ActorRefFrom } from 'xstate';
import type { AppRouter } from '../../api/router.ts';
import { connectionMachine } from './connection.machine.ts';
import type { Transport } from './transport.ts';

export type Client = TRPCClient<AppRouter>;
export type ConnectionActor = ActorRefFrom<typeof connectionMachine>;

export interface Connection {
  readonly client: Client;
  readonly actor: ConnectionActor;
  /** Ends the subscriptions and the socket. */
  close(): Promise<void>;
}

/** A door that is passed one at a time or waited at. */
class Gate {
  #open = Promise.withResolvers<void>();
  open(): void {
    this.#open.resolve();
  }
  close(): void {
    this.#open.resolve();
    this.#open = Promise.withResolvers<void>();
  }
  async pass(): Promise<void> {
    // Whoever waited while it was closed and opened again must look once more.
    for (let door = this.#open; ; door = this.#open) {
      await door.promise;
      if (door === this.#open) return;
    }
  }
}

/** Starts connecting at once. */
export function connect(transport: Transport): Connection {
  const gate = new Gate();
  const actor = createActor(
    connectionMachine.provide({
      actors: { probe: fromPromise(() => transport.probe()) },
      actions: { openGate: () => gate.open(), closeGate: () => gate.close() },
    }),
    { input: { now: () => Date.now() } },
  ).start();
  const socket = createWSClient({
    url: async () => {
      await gate.pass();
      return transport.url;
    },
    WebSocket: transport.WebSocket,
    retryDelayMs: () => 0,
    // A service that was stopped (SIGSTOP, a sleeping machine) keeps its sockets open and says nothing.
    keepAlive: { enabled: true, intervalMs: 10_000, pongTimeoutMs: 5_000 },
    onOpen: () => actor.send({ type: 'OPENED' }),
    onClose: () => actor.send({ type: 'LOST' }),
    onError: () => actor.send({ type: 'LOST' }),
  });
  return {
    client: createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] }),
    actor,
    async close() {
      await socket.close();
      actor.stop();
    },
  };
}

/** Tries again as soon as there is reason to hope. Returns how to stop. */
export function retryWhenBack(actor: ConnectionActor, window: Window): () => void {
  const retry = () => {
    if (window.document.visibilityState === 'visible') actor.send({ type: 'RETRY_NOW' });
  };
  window.addEventListener('online', retry);
  window.document.addEventListener('visibilitychange', retry);
  return () => {
    window.removeEventListener('online', retry);
    window.document.removeEventListener('visibilitychange', retry);
  };
}
