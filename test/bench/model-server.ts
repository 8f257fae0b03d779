/**
 * A process that answers like an OpenAI-compatible provider, on a free port of 127.0.0.1: started by `start-model-server.ts`.
 * What it does with a request is written in the request's last message, as JSON (`Behaviour`). It reports over IPC when each
 * request arrived, on the clock that all processes share.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { monotonicMs } from './monotonic.ts';

export type Behaviour =
  /** One short answer, at once. */
  | { do: 'answer'; tag: string }
  /** `count` chunks, one every `everyMs`; the text of each is the time it was written, and a space. */
  | { do: 'stream'; tag: string; count: number; everyMs: number }
  /** First content, then nothing until the connection ends. */
  | { do: 'hang'; tag: string }
  /** Refuses with 429 and this Retry-After. */
  | { do: 'refuse'; tag: string; retryAfterS: number };

export type ModelServerMessage =
  | { type: 'listening'; port: number }
  /** `at`: the request's head had been read. */
  | { type: 'arrived'; tag: string; at: number };

interface Stream {
  readonly response: ServerResponse;
  readonly everyMs: number;
  left: number;
  dueAt: number;
}

const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
const streams = new Set<Stream>();

function chunk(content: string, finishReason: string | null): string {
  const choice = { index: 0, delta: content === '' ? {} : { content }, finish_reason: finishReason };
  const event = { id: 'bench', object: 'chat.completion.chunk', created: 0, model: 'bench', choices: [choice] };
  return `data: ${JSON.stringify(event)}\n\n`;
}

const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
const end =
  chunk('', 'stop') +
  `data: ${JSON.stringify({ id: 'bench', object: 'chat.completion.chunk', created: 0, model: 'bench', choices: [], usage })}\n\n` +
  'data: [DONE]\n\n';

function behave(behaviour: Behaviour, response: ServerResponse): void {
  switch (behaviour.do) {
    case 'answer':
      response.writeHead(200, headers).end(chunk('Friday.', null) + end);
      return;
    case 'stream': {
      response.writeHead(200, headers).flushHeaders();
      // Streams start at different moments of their interval, as they would with different users.
      const { everyMs, count } = behaviour;
      const stream = { response, everyMs, left: count, dueAt: monotonicMs() + Math.random() * everyMs };
      streams.add(stream);
      response.once('close', () => streams.delete(stream));
      return;
    }
    case 'hang':
      response.writeHead(200, headers).write(chunk('Well', null));
      return;
    case 'refuse':
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': String(behaviour.retryAfterS) });
      response.end(JSON.stringify({ error: { message: 'Too many requests', type: 'rate_limit', code: 'rate_limit' } }));
      return;
    default:
      behaviour satisfies never;
  }
}

/** One timer for all streams: what is due is written, each chunk with the time of its own write. */
setInterval(() => {
  const now = monotonicMs();
  for (const stream of streams) {
    while (stream.left > 0 && stream.dueAt <= now) {
      stream.left -= 1;
      stream.dueAt += stream.everyMs;
      stream.response.write(chunk(`${monotonicMs().toFixed(3)} `, null));
    }
    if (stream.left > 0) continue;
    streams.delete(stream);
    stream.response.end(end);
  }
}, 1);

const tell = (message: ModelServerMessage): void => {
  process.send?.(message);
};

const server = createServer((request, response) => {
  const at = monotonicMs();
  text(request)
    .then((body) => {
      const { messages } = JSON.parse(body) as { messages: { content: string }[] };
      const behaviour = JSON.parse(messages.at(-1)?.content ?? '') as Behaviour;
      behave(behaviour, response);
      tell({ type: 'arrived', tag: behaviour.tag, at });
    })
    .catch(() => response.destroy());
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
tell({ type: 'listening', port: (server.address() as AddressInfo).port });
process.on('disconnect', () => process.exit(0));
