/** A thousand calls in one process, half of them to each SDK, answered, cancelled, cut and failed, leave nothing behind. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import { anthropic } from '../../src/worker/providers/anthropic.ts';
import { openai } from '../../src/worker/providers/openai.ts';
import type { Provider } from '../../src/worker/providers/provider.ts';
import { askProvider, requestOf } from '../support/ask-provider.ts';
import {
  anthropicEvents,
  beginStream,
  type Exchange,
  openaiEvents,
  startModelServer,
} from '../support/model-server.ts';

const calls = 500;
const atOnce = 20;
/** After so many, all code is compiled and every cache filled. */
const warmUp = 160;
/** 4 kB for each call after those; measured are 2 kB with code that is compiled late, then 0. A kept answer takes more. */
const maxGrownBytes = (calls - warmUp) * 4_096;

interface Subject {
  name: string;
  provider: Provider;
  connection(url: string): ProviderConnection;
  first: string;
  rest: string;
}

const timeouts = { firstContentMs: 10_000, idleMs: 10_000 };
const subjects: Subject[] = [
  {
    name: 'openai',
    provider: openai,
    connection: (url) => ({ id: 'openai', kind: 'openai', baseUrl: url, apiKey: 'k', timeouts }),
    first: openaiEvents.text('Half'),
    rest: openaiEvents.finish() + openaiEvents.done(),
  },
  {
    name: 'anthropic',
    provider: anthropic,
    connection: (url) => ({ id: 'anthropic', kind: 'anthropic', baseUrl: url, apiKey: 'k', timeouts }),
    first: anthropicEvents.start() + anthropicEvents.text('Half'),
    rest: anthropicEvents.finish() + anthropicEvents.stop(),
  },
];

/** What the model server does with a call whose prompt says so; the client cancels the first kind. */
const behaviours = ['cancel', 'whole', 'whole, left open', 'cut', 'fail'] as const;

const serve =
  ({ first, rest }: Subject) =>
  ({ body, response }: Exchange): void => {
    const prompt = JSON.stringify(body);
    if (prompt.includes('"fail"')) {
      response.writeHead(500).end('{}');
      return;
    }
    beginStream(response);
    response.write(first);
    if (prompt.includes('"cut"')) response.destroy();
    else if (prompt.includes('"whole"')) response.end(rest);
    else if (prompt.includes('"whole, left open"')) response.write(rest);
  };

/** Only what is still in use, in bytes. */
async function heapInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (typeof collectGarbage !== 'function') throw new Error('V8 gives out its garbage collector in another way now');
  // What a finalizer lets go of is garbage of the next round.
  for (let round = 0; round < 3; round += 1) {
    Reflect.apply(collectGarbage, undefined, []);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

it.each(subjects)('500 calls to $name leave no socket, no listener, no timer and no memory', async (subject) => {
  const seen = new Map<string, number>();

  const call = async (connection: ProviderConnection, number: number): Promise<void> => {
    const behaviour = behaviours[number % behaviours.length] ?? 'whole';
    const asked = askProvider(subject.provider, connection, requestOf(behaviour));
    if (behaviour === 'cancel') {
      await asked.firstText;
      asked.cancel();
    }
    const { type } = await asked.outcome;
    seen.set(`${behaviour}: ${type}`, (seen.get(`${behaviour}: ${type}`) ?? 0) + 1);
  };
  const callAll = async (url: string, from: number, to: number): Promise<void> => {
    const connection = subject.connection(url);
    for (let start = from; start < to; start += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, (_, index) => call(connection, start + index)));
    }
  };
  const resources = (): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  };

  // Node warns of listeners that pile up, on a signal as on a socket.
  const warnings: string[] = [];
  const onWarning = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', onWarning);
  const before = resources();
  // Each part has a server of its own, which keeps what it was asked and goes before the memory is measured.
  {
    await using server = await startModelServer(serve(subject));
    await callAll(server.url, 0, warmUp);
  }
  const warm = await heapInUse();
  {
    await using server = await startModelServer(serve(subject));
    await callAll(server.url, warmUp, calls);
    // What may linger goes by itself: bodies left open after 1 s, idle connections after a few seconds. (`expect.poll`
    // would keep the server until the end of the test.)
    await vi.waitFor(() => expect(server.openSockets).toBe(0), { timeout: 10_000 });
  }
  expect((await heapInUse()) - warm).toBeLessThan(maxGrownBytes);
  expect(Object.fromEntries(seen)).toEqual({
    'cancel: aborted': calls / 5,
    'whole: answered': calls / 5,
    'whole, left open: answered': calls / 5,
    'cut: failed': calls / 5,
    'fail: failed': calls / 5,
  });

  await expect
    .poll(() => (resources()['TCPSocketWrap'] ?? 0) - (before['TCPSocketWrap'] ?? 0), { timeout: 10_000 })
    .toBeLessThanOrEqual(0);
  expect((resources()['Timeout'] ?? 0) - (before['Timeout'] ?? 0)).toBeLessThanOrEqual(2);
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
