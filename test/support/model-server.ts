/**
 * A raw HTTP server in place of a model provider, for what a well-behaved mock cannot do: half answers, silence, pages of
 * HTML, connections that stay open. Each test writes the bytes itself; the helpers here only build well-formed events.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request as the server saw it. */
export interface Exchange {
  readonly request: IncomingMessage;
  /** The request's JSON body; undefined for none. */
  readonly body: unknown;
  readonly response: ServerResponse;
  /** Resolves when the connection is gone or the response is finished, to which of the two it was. */
  readonly ended: Promise<'finished' | 'cut'>;
}

export interface ModelServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  readonly openSockets: number;
  /** How many connections were ever opened. */
  readonly socketsSeen: number;
  /** The next request that arrives from now on. */
  nextExchange(): Promise<Exchange>;
}

export type Handler = (exchange: Exchange) => void | Promise<void>;

/** Listens on a free port of 127.0.0.1. Disposing cuts all connections and closes. */
export async function startModelServer(handle: Handler): Promise<ModelServer> {
  const exchanges: Exchange[] = [];
  const sockets = new Set<Socket>();
  const waiting: ((exchange: Exchange) => void)[] = [];
  let socketsSeen = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ended = new Promise<'finished' | 'cut'>((resolve) => {
      response.once('close', () => resolve(response.writableFinished ? 'finished' : 'cut'));
    });
    const raw = await text(request);
    const body: unknown = raw === '' ? undefined : JSON.parse(raw);
    const exchange: Exchange = { request, body, response, ended };
    exchanges.push(exchange);
    for (const resolve of waiting.splice(0)) resolve(exchange);
    await handle(exchange);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.on('connection', (socket) => {
    socketsSeen += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    get openSockets() {
      return sockets.size;
    },
    get socketsSeen() {
      return socketsSeen;
    },
    nextExchange: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    async [Symbol.asyncDispose]() {
      // A test may have ended it before, to see what becomes of those who ask it.
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A port of 127.0.0.1 on which nothing listens: it was just given back. */
export async function deadUrl(): Promise<string> {
  const server = await startModelServer(() => undefined);
  await server[Symbol.asyncDispose]();
  return server.url;
}

/** Sends the headers of an event stream at once. */
export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.flushHeaders();
}

/** One server-sent event. */
export function event(data: unknown, name?: string): string {
  const payload = typeof data === 'string' ? data : JSON.stringify(data);
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${payload}\n\n`;
}

/** Events of OpenAI's chat completion streams. */
export const openaiEvents = {
  role: (): string => openaiChunk({ delta: { role: 'assistant', content: '' } }),
  text: (content: string): string => openaiChunk({ delta: { content } }),
  finish: (reason = 'stop'): string => openaiChunk({ delta: {}, finish_reason: reason }),
  usage: (input: number, output: number): string =>
    event({
      ...openaiEnvelope,
      choices: [],
      usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
    }),
  done: (): string => event('[DONE]'),
};

const openaiEnvelope = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'test-model' };

/** A chunk with one choice, filled with what is given. */
export function openaiChunk(choice: Readonly<Record<string, unknown>>): string {
  return event({ ...openaiEnvelope, choices: [{ index: 0, delta: {}, finish_reason: null, ...choice }] });
}

/** Events of Anthropic's message streams. */
export const anthropicEvents = {
  start: (usage: Readonly<Record<string, number>> = { input_tokens: 3, output_tokens: 1 }): string =>
    named({
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'test-model',
        content: [],
        stop_reason: null,
        usage,
      },
    }),
  text: (text: string): string => named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
  thinking: (thinking: string): string =>
    named({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking } }),
  ping: (): string => named({ type: 'ping' }),
  finish: (reason = 'end_turn', usage: Readonly<Record<string, number>> = { output_tokens: 5 }): string =>
    named({ type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage }),
  stop: (): string => named({ type: 'message_stop' }),
};

/** Anthropic names each event after its type. */
export function named(data: { type: string } & Readonly<Record<string, unknown>>): string {
  return event(data, data.type);
}
