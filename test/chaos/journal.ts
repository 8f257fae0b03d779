/** The model server of a run, and the journal it keeps: every request, what of the answer left, and how it ended. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { anthropicEvents, beginStream, openaiEvents, startModelServer } from '../support/model-server.ts';
import { ways, type Question, type Way } from './plan.ts';

export interface Call {
  /** 1 for the first request of the run. */
  readonly serial: number;
  readonly question: number;
  /** What went before the question in the request. */
  readonly history: readonly { role: string; text: string }[];
  /** Epoch ms. */
  readonly at: number;
  /** The text of the answer as far as it has left. */
  sent: string;
  /** `whole`: the reader was there to the last byte. `refused`: by plan, as was `broken`. `cut`: the reader went. */
  outcome: 'open' | 'whole' | 'refused' | 'broken' | 'cut';
  endedAt: number | null;
}

export interface JournalingModel extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly calls: readonly Call[];
  readonly openSockets: number;
}

const Content = z.union([
  z.string(),
  z.array(z.object({ text: z.string() })).transform((parts) => parts.map(({ text }) => text).join('')),
]);
const Body = z.object({ messages: z.array(z.object({ role: z.string(), content: Content })) });
const promptForm = new RegExp(`^question (\\d+) \\((${ways.join('|')})\\)$`, 'u');

export function promptOf({ number, way }: Pick<Question, 'number' | 'way'>): string {
  return `question ${number} (${way})`;
}

/** Names its question and its request: an answer tells which call it came from. */
export const answerForm = /^answer (\d+) of call (\d+): /u;

const paces: Record<Way, { pieces: number; everyMs: number }> = {
  quick: { pieces: 1, everyMs: 0 },
  plain: { pieces: 12, everyMs: 60 },
  slow: { pieces: 40, everyMs: 90 },
  cut: { pieces: 10, everyMs: 60 },
  busy: { pieces: 10, everyMs: 60 },
  refused: { pieces: 1, everyMs: 0 },
};

export async function startJournalingModel(): Promise<JournalingModel> {
  const calls: Call[] = [];
  const asked = new Map<number, number>();

  const server = await startModelServer(async ({ request, body, response, ended }) => {
    const messages = Body.safeParse(body).data?.messages;
    const prompt = messages?.at(-1)?.content;
    if (messages === undefined || prompt === undefined) {
      json(response, 200, { data: [], has_more: false });
      return;
    }
    const [, number, way] = promptForm.exec(prompt) ?? [];
    if (number === undefined) throw new Error(`not a question of this run: ${prompt}`);
    const question = Number(number);
    const times = (asked.get(question) ?? 0) + 1;
    asked.set(question, times);
    const call: Call = {
      serial: calls.length + 1,
      question,
      history: messages.slice(0, -1).map(({ role, content }) => ({ role, text: content })),
      at: Date.now(),
      sent: '',
      outcome: 'open',
      endedAt: null,
    };
    calls.push(call);
    void ended.then(() => {
      call.endedAt = Date.now();
      if (call.outcome === 'open') call.outcome = 'cut';
    });
    const kind = request.url?.includes('/chat/completions') === true ? 'openai' : 'anthropic';
    await answer({ call, response, kind, way: way as Way, first: times === 1 });
  });

  return {
    env: {
      OPENAI_BASE_URL: `${server.url}/v1`,
      OPENAI_API_KEY: 'sk-chaos-openai',
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_API_KEY: 'sk-chaos-anthropic',
    },
    calls,
    get openSockets() {
      return server.openSockets;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

interface Answering {
  readonly call: Call;
  readonly response: ServerResponse;
  readonly kind: 'openai' | 'anthropic';
  readonly way: Way;
  /** The question is asked for the first time. */
  readonly first: boolean;
}

async function answer({ call, response, kind, way, first }: Answering): Promise<void> {
  if (way === 'refused' || (way === 'busy' && first)) {
    call.outcome = 'refused';
    json(response, way === 'busy' ? 500 : 400, { type: 'error', error: { type: 'chaos', message: 'as planned' } });
    return;
  }
  const isGone = (): boolean => response.destroyed || response.socket?.destroyed !== false;
  const events = kind === 'openai' ? openaiWords : anthropicWords;
  const { pieces, everyMs } = paces[way];
  beginStream(response);
  response.write(events.begin());
  for (let piece = 1; piece <= pieces; piece += 1) {
    if (everyMs > 0) await sleep(everyMs);
    if (isGone()) return;
    if (way === 'cut' && first && piece === 5) {
      call.outcome = 'broken';
      response.destroy();
      return;
    }
    const text = piece === 1 ? `answer ${call.question} of call ${call.serial}: 1` : ` ${piece}`;
    response.write(events.text(text));
    call.sent += text;
  }
  call.outcome = 'whole';
  response.end(events.end());
}

const openaiWords = {
  begin: openaiEvents.role,
  text: openaiEvents.text,
  end: () => `${openaiEvents.finish()}${openaiEvents.usage(10, 20)}${openaiEvents.done()}`,
};
const anthropicWords = {
  begin: () => anthropicEvents.start(),
  text: anthropicEvents.text,
  end: () => `${anthropicEvents.finish()}${anthropicEvents.stop()}`,
};

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
