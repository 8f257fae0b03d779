/** What may stand between a worker and a model server: a proxy, and a TLS front with a certificate that nobody knows. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';

export interface Proxy extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** What it was asked to connect to, `host:port`, in order. */
  readonly targets: readonly string[];
}

/** An HTTP proxy for tunnels. `to`: where every tunnel leads, a URL; or the status with which all are refused. */
export async function startProxy(to: string | number): Promise<Proxy> {
  const targets: string[] = [];
  const server = createServer((_request, response) => response.writeHead(501).end());
  server.on('connect', ({ url = '' }, socket: Socket) => {
    targets.push(url);
    if (typeof to === 'number') {
      socket.end(`HTTP/1.1 ${to} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    join(socket, to);
  });
  const { port, close } = await listen(server);
  return { url: `http://127.0.0.1:${port}`, targets, [Symbol.asyncDispose]: close };
}

const fixture = (name: string): string => new URL(`../worker/fixtures/tls/${name}`, import.meta.url).pathname;

/** Self-signed, for `127.0.0.1`, `localhost` and `model.test`; valid until 2126. */
export const certificateFile = fixture('certificate.pem');

/** Speaks TLS in front of the server at the URL `to`. `url`: `https://127.0.0.1:<port>`. */
export async function startTlsFront(to: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createTlsServer(
    { key: readFileSync(fixture('key.pem')), cert: readFileSync(certificateFile) },
    (socket) => join(socket, to),
  );
  const { port, close } = await listen(server);
  return { url: `https://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

function join(socket: Socket, to: string): void {
  const onward = connect(Number(new URL(to).port), '127.0.0.1');
  // An end without a goodbye on one side ends the other: that is all there is to do about it.
  pipeline(socket, onward, () => undefined);
  pipeline(onward, socket, () => undefined);
}

async function listen(server: Server): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // A client that refuses the certificate, or is killed, leaves in the middle of things.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
