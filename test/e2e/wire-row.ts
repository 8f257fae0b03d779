/** One way in which the wire can fail, and what rows of that kind have in common. */
import { beginStream, type Exchange } from '../support/model-server.ts';
import type { WireDialect } from '../support/wire-dialects.ts';

export interface WireRow {
  /** Names the provider, too: a-z, 0-9 and "-". */
  readonly name: string;
  /** `number`: 1 for the first request of this row and SDK. */
  serve?(exchange: Exchange, dialect: WireDialect, number: number): void | Promise<void>;
  /** Where the provider is said to be; absent: at the server. */
  readonly address?: 'nobody' | 'no name' | 'no TLS' | 'proxy';
  readonly timeouts?: { readonly firstContentMs?: number; readonly idleMs?: number };
  /** What only one of them can say. */
  readonly only?: WireDialect['name'];
  readonly state: 'completed' | 'failed' | 'waiting';
  /** `class/code` of the failure that the job keeps; absent: none. */
  readonly failure?: string;
  readonly requests: number;
  /** Of the answer or partial answer; absent: there is none. */
  readonly text?: string;
  readonly thinking?: string;
  /** All to be found in what the answer shows. */
  readonly shows: readonly RegExp[];
  /** The buttons that it offers, as they stand there. */
  readonly actions: readonly string[];
  /** In the provider's own words and the chain of causes, on the job's page. */
  readonly words?: RegExp;
  readonly provider?: 'healthy' | 'coolingDown' | 'misconfigured';
}

type Serve = NonNullable<WireRow['serve']>;

/** Ends the response after these parts of an answer. */
export const says =
  (parts: (dialect: WireDialect) => string): Serve =>
  ({ response }, dialect) => {
    beginStream(response);
    response.end(parts(dialect));
  };

/** Says these parts and keeps the connection open. */
export const stays =
  (parts: (dialect: WireDialect) => string, { keepAlive = false } = {}): Serve =>
  ({ response }, dialect) => {
    beginStream(response);
    response.write(parts(dialect));
    if (!keepAlive) return;
    const timer = setInterval(() => response.write(': PROCESSING\n\n'), 50);
    response.once('close', () => clearInterval(timer));
  };

export const refuses =
  (status: number, error: object, headers: () => Record<string, string> = () => ({})): Serve =>
  ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers() });
    response.end(JSON.stringify({ type: 'error', error }));
  };

export const whole = (dialect: WireDialect): string => dialect.start + dialect.text('Whole at last.') + dialect.end();
export const half = (dialect: WireDialect): string => dialect.start + dialect.text('Half an answer');
/** The first request goes wrong, and the next is answered. */
export const once =
  (serve: Serve): Serve =>
  (exchange, dialect, number) =>
    (number === 1 ? serve : says(whole))(exchange, dialect, number);

/** The bytes of a whole answer in two pieces, the second a little later, cut `before` this character or inside it. */
export const inTwo =
  (text: string, at: (bytes: Buffer) => number): Serve =>
  async ({ response }, dialect) => {
    beginStream(response);
    const bytes = Buffer.from(dialect.start + dialect.text(text) + dialect.end());
    response.write(bytes.subarray(0, at(bytes)));
    await new Promise<void>((resolve) => void setTimeout(resolve, 30));
    response.end(bytes.subarray(at(bytes)));
  };

export const retriable = { state: 'failed', requests: 3, actions: ['Retry'] } as const;
export const interrupted = {
  ...retriable,
  failure: 'retryable/interrupted',
  text: 'Half an answer',
  shows: [/The answer failed/u, /ended its answer in the middle/u, /Interrupted: this is as far as it came\./u],
} as const;
export const refused = { state: 'failed', requests: 1, actions: ['Retry'] } as const;
export const answered = { state: 'completed', requests: 1, actions: [], provider: 'healthy' } as const;
export const counted = [/7 in/u, /5 out/u];
export const secondTry = {
  ...answered,
  requests: 2,
  text: 'Whole at last.',
  shows: [...counted, /attempt 2/u],
} as const;
export const held = { state: 'waiting', actions: ['Cancel'], provider: 'coolingDown' } as const;
