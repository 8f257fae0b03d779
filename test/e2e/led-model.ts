/**
 * A model that says what the test tells it to, when the test tells it to: over real HTTP, in OpenAI's protocol. So a test
 * can look at the page in the middle of an answer without a sleep.
 */
import { z } from 'zod';
import { beginStream, openaiEvents, startModelServer, type Exchange } from '../support/model-server.ts';

/** With files a message comes in parts; of those the words count here. */
const Parts = z
  .array(z.object({ text: z.string().optional() }))
  .transform((parts) => parts.map(({ text }) => text ?? ''));
const Content = z.union([z.string(), Parts.transform((texts) => texts.join(''))]);
const Asked = z.object({ messages: z.array(z.object({ role: z.string(), content: Content })) });

export interface LedAnswer {
  /** The request's messages, without the system prompt: `role: content`. */
  readonly prompt: readonly string[];
  /** Sends some words. */
  say(text: string): void;
  /** Ends the answer in good order, with its usage; `length`: at the limit on its tokens. */
  finish(reason?: 'stop' | 'length'): void;
  /** Ends the answer in good order, and says nothing of its usage. */
  finishUncounted(): void;
  /** Ends the response, but not the answer. */
  breakOff(): void;
  /** Says some words and ends. */
  answer(text: string): void;
  /** Answers with an HTTP error instead. */
  fail(status: number, message: string, headers?: Readonly<Record<string, string>>): void;
  /** `cut` once the worker has hung up in mid-answer. */
  readonly ended: Exchange['ended'];
}

export interface LedModel extends AsyncDisposable {
  /** The environment that makes a host use it. */
  readonly env: Readonly<Record<string, string>>;
  /** The next request, past or to come, whose last message is `text`. Each is given out once. */
  asked(text: string): Promise<LedAnswer>;
  /** How many requests were made so far, in which `text` was the last message. */
  count(text: string): number;
}

/** `titles: false`: requests for a conversation's title are refused, so that it is named after its first message. */
export async function startLedModel({ titles = true }: { titles?: boolean } = {}): Promise<LedModel> {
  const arrived: { text: string; answer: LedAnswer; taken: boolean }[] = [];
  let waiting: (() => void)[] = [];
  const server = await startModelServer((exchange) => {
    const { request, response, body } = exchange;
    if (request.method !== 'POST') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'test-model', object: 'model' }] }));
      return;
    }
    const asked = Asked.parse(body).messages;
    if (!titles && asked[0]?.content.startsWith('You name conversations.') === true) {
      ledAnswer(exchange, []).fail(400, 'No titles in this test.');
      return;
    }
    const messages = asked.filter(({ role }) => role !== 'system');
    const prompt = messages.map(({ role, content }) => `${role}: ${content}`);
    arrived.push({ text: messages.at(-1)?.content ?? '', answer: ledAnswer(exchange, prompt), taken: false });
    for (const wake of waiting.splice(0)) wake();
  });
  return {
    env: { OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: `${server.url}/v1` },
    async asked(text) {
      for (;;) {
        const found = arrived.find((request) => request.text === text && !request.taken);
        if (found !== undefined) {
          found.taken = true;
          return found.answer;
        }
        await new Promise<void>((wake) => waiting.push(wake));
      }
    },
    count: (text) => arrived.filter((request) => request.text === text).length,
    async [Symbol.asyncDispose]() {
      waiting = [];
      await server[Symbol.asyncDispose]();
    },
  };
}

function ledAnswer({ response, ended }: Exchange, prompt: readonly string[]): LedAnswer {
  let begun = false;
  const say = (text: string) => {
    if (!begun) {
      begun = true;
      beginStream(response);
      response.write(openaiEvents.role());
    }
    response.write(openaiEvents.text(text));
  };
  const finish = (reason: 'stop' | 'length' = 'stop') => {
    response.write(openaiEvents.finish(reason));
    response.write(openaiEvents.usage(12, 34));
    response.end(openaiEvents.done());
  };
  return {
    prompt,
    say,
    finish,
    finishUncounted() {
      response.write(openaiEvents.finish());
      response.end(openaiEvents.done());
    },
    breakOff: () => void response.end(),
    answer(text) {
      say(text);
      finish();
    },
    fail(status, message, headers = {}) {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ error: { message, type: 'error', code: null, param: null } }));
    },
    ended,
  };
}
