/** Errors as text that may be stored and shown. */
import type { ProviderConnection } from '../protocol/provider.ts';

/** Longest chain that is followed; a longer one is a loop or noise. */
const maxCauses = 8;

/** `error` and its `cause`s, outermost first, each as `Name: message` with its code where that is not in the text. */
export function causeChain(error: unknown): string[] {
  const chain: string[] = [];
  let current = error;
  while (current !== undefined && current !== null && chain.length < maxCauses) {
    chain.push(describe(current));
    current = inner(current);
  }
  return chain;
}

function inner(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  // Several addresses of one host were tried: the first refusal tells the story.
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors[0];
  return error.cause;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : `a thrown ${typeof error}`;
  const code = errorCode(error);
  const text = error.message === '' ? error.name : `${error.name}: ${error.message}`;
  return code === undefined || text.includes(code) ? text : `${text} (${code})`;
}

/** The first code in an error's chain that the system or the HTTP client gave it, e.g. `ECONNREFUSED`. */
export function systemCode(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < maxCauses && current instanceof Error; depth += 1) {
    const code = errorCode(current);
    if (code !== undefined && /^[A-Z][A-Z0-9_]+$/u.test(code)) return code;
    current = inner(current);
  }
  return undefined;
}

function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Shorter values would blot out ordinary words. */
const minSecretChars = 6;

/** Replaces the key and the values of extra headers, which some servers repeat in their errors. */
export function redact(text: string, connection: ProviderConnection): string {
  const secrets = [connection.apiKey, ...Object.values(connection.headers ?? {})];
  return secrets.reduce<string>(
    (safe, secret) =>
      secret === undefined || secret.length < minSecretChars ? safe : safe.replaceAll(secret, '[redacted]'),
    text,
  );
}
