/**
 * The model that integration tests ask: aimock, behind a door that keeps what aimock's journal leaves out. For every
 * request: who else was being answered when it arrived, what had left so far, and whether the reader stayed to the end.
 */
import { once, EventEmitter } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { isChatCompletionBody, type JournalEntry, type LLMock } from '@copilotkit/aimock';
import { z } from 'zod';
import { startAimock } from './aimock.ts';
import { type Exchange, startModelServer } from './model-server.ts';

/** One request for an answer, as the server saw it. Lists of models are not counted. */
export interface ModelCall {
  readonly exchange: Exchange;
  /** The last message of the request. */
  readonly prompt: string;
  /** The requests that were not over when this one arrived. */
  readonly besides: readonly ModelCall[];
  /** The body of the answer as far as it has left. */
  readonly sent: string;
  /** `cut`: the connection went before the answer was whole. */
  readonly state: 'open' | 'finished' | 'cut';
}

export interface Model extends AsyncDisposable {
  readonly mock: LLMock;
  /** Without a path. */
  readonly url: string;
  /** Makes this model the OpenAI and the Anthropic of a host. */
  readonly env: Readonly<Record<string, string>>;
  /** In order of arrival. */
  readonly calls: readonly ModelCall[];
  callsFor(prompt: string): ModelCall[];
  /** Resolves when `condition` holds, looked at whenever a request arrives, goes on or ends; rejects after 20 s. */
  until(condition: () => boolean, what: string): Promise<void>;
  /** What aimock itself kept of the requests for answers, in order. */
  journal(): JournalEntry[];
}

export const modelKeys = { openai: 'sk-test-openai-0c5b', anthropic: 'sk-test-anthropic-7f3d' } as const;

const ChatBody = z.object({
  messages: z.array(z.object({ content: z.union([z.string(), z.array(z.object({ text: z.string() }))]) })),
});

/** `apiKeys`: only these are let in. */
export async function startModel({ apiKeys }: { apiKeys?: readonly string[] } = {}): Promise<Model> {
  const { mock, ...aimock } = await startAimock(apiKeys === undefined ? {} : { auth: { apiKeys } });
  const changes = new EventEmitter().setMaxListeners(0);
  const calls: (ModelCall & { sent: string; state: ModelCall['state'] })[] = [];

  const door = await startModelServer((exchange) => {
    const prompt = promptOf(exchange.body);
    if (prompt === undefined) {
      forward(mock.url, exchange, () => undefined);
      return;
    }
    const besides = calls.filter(({ state }) => state === 'open');
    const call = { exchange, prompt, besides, sent: '', state: 'open' as ModelCall['state'] };
    calls.push(call);
    void exchange.ended.then((state) => {
      call.state = state;
      changes.emit('change');
    });
    forward(mock.url, exchange, (text) => {
      call.sent += text;
      changes.emit('change');
    });
    changes.emit('change');
  });

  return {
    mock,
    url: door.url,
    env: {
      OPENAI_BASE_URL: `${door.url}/v1`,
      OPENAI_API_KEY: modelKeys.openai,
      ANTHROPIC_BASE_URL: door.url,
      ANTHROPIC_API_KEY: modelKeys.anthropic,
    },
    calls,
    callsFor: (prompt) => calls.filter((call) => call.prompt === prompt),
    async until(condition, what) {
      const signal = AbortSignal.timeout(20_000);
      while (!condition()) {
        await once(changes, 'change', { signal }).catch((error: unknown) => {
          const seen = calls.map(({ prompt, state }) => `${prompt.slice(0, 40)}: ${state}`).join('\n');
          throw new Error(`waited 20 s in vain for: ${what}. Requests so far:\n${seen}`, { cause: error });
        });
      }
    },
    journal: () => mock.getRequests().filter(({ body }) => isChatCompletionBody(body)),
    async [Symbol.asyncDispose]() {
      await door[Symbol.asyncDispose]();
      await aimock[Symbol.asyncDispose]();
    },
  };
}

function promptOf(body: unknown): string | undefined {
  const content = ChatBody.safeParse(body).data?.messages.at(-1)?.content;
  return typeof content === 'string' ? content : content?.map(({ text }) => text).join('');
}

/** Passes a request on to aimock and the answer back as it comes; a reader that leaves is missed at aimock too. */
function forward(target: string, { request, body, response }: Exchange, onText: (text: string) => void): void {
  const { 'content-length': _length, host: _host, ...headers } = request.headers;
  const upstream = httpRequest(new URL(request.url ?? '/', target), { method: request.method, headers });
  upstream.on('response', (answer: IncomingMessage) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => {
      response.write(text);
      onText(text);
    });
    answer.on('close', () => (answer.complete ? response.end() : response.destroy()));
  });
  upstream.on('error', () => response.destroy());
  response.on('close', () => upstream.destroy());
  upstream.end(body === undefined ? undefined : JSON.stringify(body));
}
