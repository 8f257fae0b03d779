/** Bytes to and from a host, below any client that would put them right. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestHost } from '../support/host.ts';

/** Sends `bytes` and resolves with all that comes back until the host closes; rejects after `limitMs`. */
export async function exchange(host: TestHost, bytes: string | Buffer, limitMs = 10_000): Promise<string> {
  const socket = connect(host.port, '127.0.0.1');
  const read = reading(socket);
  await once(socket, 'connect');
  // A host that has heard enough closes while we write.
  socket.on('error', () => undefined);
  socket.write(bytes);
  const signal = AbortSignal.timeout(limitMs);
  try {
    if (!socket.closed) await once(socket, 'close', { signal });
  } catch (error) {
    throw new Error(`the host neither answered nor closed: ${read().slice(0, 300)}`, { cause: error });
  } finally {
    socket.destroy();
  }
  return read();
}

/** Collects what arrives; the function returned gives all of it so far. */
export function reading(socket: Socket): () => string {
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

/** Request line and headers of a request to this host, that shows the token and closes. */
export function head(host: TestHost, first: string, ...headers: readonly string[]): string {
  const lines = [
    first,
    `Host: 127.0.0.1:${host.port}`,
    `Authorization: Bearer ${host.token}`,
    'Connection: close',
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Nothing that only an author of the code should see. */
export const leaksStack = /\bat \S+ \(|\.(?:ts|mjs|js):\d+|node:internal|node_modules/u;

/** Whether it is still well: it answers, its workers stand, it logged no defect. Throws saying what is wrong. */
export async function assertWell(host: TestHost): Promise<void> {
  const response = await fetch(`${host.url}/healthz`, { signal: AbortSignal.timeout(5_000) });
  if (response.status !== 200) throw new Error(`the host is not well: ${await response.text()}`);
  const errors = host.logs().filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new Error(`the host logged errors: ${JSON.stringify(errors).slice(0, 2_000)}`);
}
