/**
 * The `fetch` that both SDKs are given. It does four things that they do not:
 * - no limit of its own on waiting: Node's fetch gives up after 300 s without bytes, whatever our settings say;
 * - it lets an answer that is whole end at once, while the rest of the body is read in the background so that the
 *   connection can be used again (leaving an SDK's loop early would cut it);
 * - it keeps what the SDKs drop: the start of a body that was no event stream, `[DONE]`, and the words of an error body
 *   that is not quite in the protocol's form;
 * - it follows no redirect: a key in a header of its own, and the conversation, would go along to another server.
 */
import type { Dispatcher } from 'undici-types';

/** What can be seen and done on one response's body. */
export interface Wire {
  /** The first characters of the body as far as it was read. */
  readonly head: string;
  /** OpenAI's end marker has passed; without it, the end of the body proves nothing. */
  readonly done: boolean;
  /** Ends the body for its reader now, without an error. */
  finish(): void;
}

const wires = new WeakMap<Response, Wire>();

/** The wire of a response that came through `wireFetch` with a 2xx status. */
export function wireOf(response: Response): Wire {
  const wire = wires.get(response);
  if (wire === undefined) throw new Error('the response did not come through wireFetch');
  return wire;
}

/** How long the rest of a body is read for, after its reader has left. Then the connection is closed. */
const lingerMs = 1_000;
const maxHeadChars = 2_000;
/** A line of its own: inside JSON a line break is escaped, so no answer's text can look like this. */
const doneMarker = /(?:^|[\r\n])data: ?\[DONE\]/u;
const doneMarkerChars = 16;

export async function wireFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  // The DOM's types, which the page needs, do not know Node's extra option.
  const patientInit: RequestInit & { dispatcher: typeof patient } = {
    ...init,
    dispatcher: patient,
    redirect: 'manual',
  };
  const response = await fetch(input, patientInit);
  if (!response.ok) return withKnownErrorForm(response);
  if (response.body === null) return response;
  const { stream, wire } = watched(response.body);
  const { status, statusText, headers } = response;
  const copy = new Response(stream, { status, statusText, headers });
  wires.set(copy, wire);
  return copy;
}

/** The dispatcher that is installed anyway (it may go through a proxy), without its two timers on responses. */
const patient = {
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return installedDispatcher().dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler);
  },
};

/** Undici's documented place for the global dispatcher; fetch has filled it by the time that it dispatches. */
const globalDispatcher = Symbol.for('undici.globalDispatcher.1');

function installedDispatcher(): Pick<Dispatcher, 'dispatch'> {
  const dispatcher: unknown = Reflect.get(globalThis, globalDispatcher);
  if (!isDispatcher(dispatcher)) throw new Error('this Node version keeps its fetch dispatcher somewhere else');
  return dispatcher;
}

function isDispatcher(value: unknown): value is Pick<Dispatcher, 'dispatch'> {
  return typeof value === 'object' && value !== null && 'dispatch' in value && typeof value.dispatch === 'function';
}

function watched(body: ReadableStream<Uint8Array>): { stream: ReadableStream<Uint8Array>; wire: Wire } {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let head = '';
  let tail = '';
  let done = false;
  let ended = false;
  let close = (): void => undefined;

  const note = (bytes: Uint8Array): void => {
    const text = decoder.decode(bytes, { stream: true });
    if (head.length < maxHeadChars) head = (head + text).slice(0, maxHeadChars);
    const recent = tail + text;
    done ||= doneMarker.test(recent);
    tail = recent.slice(-doneMarkerChars);
  };

  const finish = (): void => {
    if (ended) return;
    ended = true;
    close();
    void readToEnd(reader);
  };

  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        close = () => controller.close();
      },
      async pull(controller) {
        const chunk = await reader.read();
        if (ended) return;
        if (chunk.done) {
          ended = true;
          controller.close();
          return;
        }
        note(chunk.value);
        controller.enqueue(chunk.value);
      },
      cancel(reason) {
        const wasEnded = ended;
        ended = true;
        if (wasEnded) return undefined;
        if (!done) return reader.cancel(reason);
        void readToEnd(reader);
        return undefined;
      },
    },
    { highWaterMark: 0 },
  );
  const wire: Wire = {
    get head() {
      return head;
    },
    get done() {
      return done;
    },
    finish,
  };
  return { stream, wire };
}

/** Never rejects: the answer is whole, so what happens to its connection concerns nobody. */
async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const timer = setTimeout(() => void reader.cancel().catch(() => undefined), lingerMs);
  try {
    while (!(await reader.read()).done);
  } catch {
    // The connection was cut or aborted, which ends it just as well.
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The SDKs read `{ error: … }` only. Other servers say `{ message }`, `{ detail }` or `[{ error }]`; their words are worth
 * keeping, so the body is brought into the known form.
 */
async function withKnownErrorForm(response: Response): Promise<Response> {
  const text = await response.text();
  const { status, statusText, headers } = response;
  return new Response(knownErrorForm(text), { status, statusText, headers });
}

function knownErrorForm(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return text;
  }
  const first: unknown = Array.isArray(body) ? body[0] : body;
  if (typeof first !== 'object' || first === null) return text;
  if ('error' in first) return first === body ? text : JSON.stringify(first);
  const words = 'message' in first ? first.message : 'detail' in first ? first.detail : undefined;
  if (words === undefined) return text;
  return JSON.stringify({ error: { ...first, message: typeof words === 'string' ? words : JSON.stringify(words) } });
}
