/** Reads a request's body, up to a limit. */
import type { IncomingMessage } from 'node:http';

/** The largest body of a call, and the largest message on a WebSocket. A whole conversation's request fits well. */
export const maxBodyBytes = 4 * 1024 * 1024;

export type Body = { kind: 'whole'; text: string } | { kind: 'too-large' } | { kind: 'cut' };

/** `too-large` is known as early as possible: what follows it is not read. `cut`: the client went away. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return { kind: 'too-large' };
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      bytes += buffer.length;
      if (bytes > limitBytes) return { kind: 'too-large' };
      chunks.push(buffer);
    }
  } catch (error) {
    if (request.destroyed) return { kind: 'cut' };
    throw error;
  }
  return { kind: 'whole', text: Buffer.concat(chunks).toString('utf8') };
}
