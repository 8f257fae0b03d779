/** The facts in an error that an SDK threw, or that a provider sent, without any judgement. */
import { z } from 'zod';
import { causeChain, systemCode } from './error-text.ts';
import { retryAfterMs } from './retry-after.ts';

export interface WireError {
  /** HTTP status; in an error inside a 200, the one that the provider writes into it. */
  status?: number;
  /** The provider's names for the error, e.g. `overloaded_error` and `context_length_exceeded`. */
  type?: string;
  code?: string;
  /** The provider's own words. */
  words?: string;
  retryAfterMs?: number;
  /** The operating system's or the HTTP client's code, e.g. `ECONNREFUSED`. */
  systemCode?: string;
  causes: string[];
}

/** The form of both SDKs' errors: `error` is the body (Anthropic), or what the body has under `error` (OpenAI). */
const Thrown = z.object({
  status: z.number().optional().catch(undefined),
  headers: z.instanceof(Headers).optional().catch(undefined),
  error: z.unknown().optional(),
  message: z.string().catch(''),
});

const text = z.string().nullish().catch(undefined);
const Body = z.object({
  message: z.unknown().optional(),
  type: text,
  /** A name with OpenAI, an HTTP status with OpenRouter. */
  code: z.union([z.string(), z.number()]).nullish().catch(undefined),
});

/** The facts of anything that was thrown. `now` (epoch ms) is what a Retry-After date is counted from. */
export function wireErrorOf(error: unknown, now: number): WireError {
  const facts: WireError = { causes: causeChain(error) };
  const system = systemCode(error);
  if (system !== undefined) facts.systemCode = system;
  const thrown = Thrown.safeParse(error);
  if (!thrown.success) return facts;
  const { status, headers, error: body, message } = thrown.data;
  Object.assign(facts, bodyFacts(body));
  if (status !== undefined) {
    facts.status = status;
    // A body that was no JSON is in the SDK's message, after the status.
    facts.words ??= plainText(message.replace(/^\d{3} /u, ''));
  }
  const wait = headers === undefined ? undefined : retryAfterMs(headers, now);
  if (wait !== undefined) facts.retryAfterMs = wait;
  return facts;
}

/** The headers of the answer that an SDK threw. */
export function headersOf(error: unknown): Headers | undefined {
  return Thrown.safeParse(error).data?.headers;
}

/** The facts of an error object as it travels, alone or under `error`; undefined when it is none. */
export function wireErrorIn(body: unknown): WireError | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  return { ...bodyFacts(body.error), causes: [] };
}

function bodyFacts(body: unknown): Omit<WireError, 'causes'> {
  if (typeof body === 'string') return { words: plainText(body) };
  if (typeof body !== 'object' || body === null) return {};
  if ('error' in body) return bodyFacts(body.error);
  const parsed = Body.safeParse(body);
  if (!parsed.success) return {};
  const { message, type, code } = parsed.data;
  const facts: Omit<WireError, 'causes'> = {};
  if (typeof type === 'string') facts.type = type;
  if (typeof code === 'string') facts.code = code;
  if (typeof code === 'number' && code >= 400 && code <= 599) facts.status = code;
  if (message != null) facts.words = typeof message === 'string' ? message : JSON.stringify(message);
  return facts;
}

/** An error page's title is all that it has to say. */
function plainText(words: string): string {
  if (!/^\s*</u.test(words)) return words;
  const title = /<title[^>]*>([^<]*)/iu.exec(words)?.[1];
  return (title ?? words.replace(/<[^>]*>/gu, ' ')).replace(/\s+/gu, ' ').trim();
}
