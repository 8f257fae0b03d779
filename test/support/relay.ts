/** A TCP relay in front of a server, so that a test can cut connections that belong to others. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Relay extends AsyncDisposable {
  readonly port: number;
  /** Where new connections lead. */
  target: number;
  /** Connections so far. */
  readonly count: number;
  /** Resets every connection that is open now. */
  cut(): void;
}

export async function startRelay(): Promise<Relay> {
  const open = new Set<Socket>();
  const relay = { target: 0, count: 0 };
  const server = createServer((near) => {
    relay.count += 1;
    const far = connect(relay.target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.pipe(to);
      // What follows an error is `close`.
      from.on('error', () => undefined);
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    get target() {
      return relay.target;
    },
    set target(target) {
      relay.target = target;
    },
    get count() {
      return relay.count;
    },
    cut() {
      for (const socket of open) socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
