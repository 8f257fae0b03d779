/** Reading an answer as it streams, over a connection that breaks. */
import { createTRPCClient, createWSClient, wsLink, type TRPCClient } from '@trpc/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { transportSocket } from '../../src/carrier/transport-socket.ts';
import { wsTransport } from '../../src/api/carriers/ws-transport.ts';
import type { AppRouter } from '../../src/api/router.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import type { JobWatchEvent } from '../../src/protocol/views.ts';
import { ask, completed, longAnswer, Reader, streaming } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { type Model, startModel } from '../support/model.ts';
import { type Relay, startRelay } from '../support/relay.ts';

let model: Model;
let relay: Relay;
let host: TestHost;
let page: { readonly client: TRPCClient<AppRouter>; close(): Promise<void> };
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model[Symbol.asyncDispose]());
beforeEach(async () => {
  relay = await startRelay();
  host = await startHost({ env: model.env, args: throughRelay() });
  relay.target = host.port;
  page = connectPage(host.token);
});
afterEach(async () => {
  const closed = page.close();
  await relay[Symbol.asyncDispose]();
  await closed;
  await host.close();
});

function throughRelay(): string[] {
  return ['--allow-host', `127.0.0.1:${relay.port}`];
}

/** A client whose connection leads through the relay. */
function connectPage(token: string): typeof page {
  const socket = createWSClient({
    url: `ws://127.0.0.1:${relay.port}/trpc`,
    WebSocket: transportSocket((url) => wsTransport(url, { authorization: `Bearer ${token}` })),
    retryDelayMs: () => 20,
  });
  return { client: createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] }), close: () => socket.close() };
}

/** Reads until the job is at rest. `onText` is called with the length of the text so far. */
function read(
  jobId: JobId,
  { lastEventId, onText }: { lastEventId?: string; onText?: (length: number) => void } = {},
): { reader: Reader; events: JobWatchEvent[]; done: Promise<string> } {
  const reader = new Reader();
  const events: JobWatchEvent[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const subscription = page.client.jobs.watch.subscribe(
    lastEventId === undefined ? { id: jobId } : { id: jobId, lastEventId },
    {
      onData({ id, data }) {
        events.push(data);
        reader.take(data);
        if (data.type === 'delta') onText?.(reader.text.length);
        if (data.type !== 'snapshot' || data.job.state !== 'completed') return;
        resolve(id);
        queueMicrotask(() => subscription.unsubscribe());
      },
      onError: reject,
    },
  );
  return { reader, events, done: promise };
}

test('a reader whose connection is cut again and again misses nothing and reads nothing twice', async () => {
  const content = longAnswer('cut', 120);
  model.mock.onMessage('cut me off', { content }, { latency: 15, chunkSize: 12 });
  const { jobId } = await ask(host, 'cut me off');
  const cutAt = [1, 300, 600, 900];
  const { reader, events, done } = read(jobId, {
    onText(length) {
      if (length < (cutAt[0] ?? Infinity)) return;
      cutAt.shift();
      relay.cut();
    },
  });
  await done;
  expect(cutAt).toEqual([]);
  expect(relay.count).toBe(5);
  expect(reader).toMatchObject({ text: content, faults: [], resets: 0 });
  // In pieces, not as a whole at the end.
  expect(events.filter(({ type }) => type === 'delta').length).toBeGreaterThan(10);
  expect(model.callsFor('cut me off')).toHaveLength(1);
});

test('a cursor brings the rest, during the answer and after it', async () => {
  const content = longAnswer('rest', 60);
  model.mock.onMessage('the rest, please', { content }, { latency: 15, chunkSize: 12 });
  const { jobId } = await ask(host, 'the rest, please');
  await streaming(host, jobId);
  const fromTen = read(jobId, { lastEventId: '1:10' });
  const cursor = await fromTen.done;
  expect(cursor).toBe(`1:${content.length}`);
  const deltas = (events: JobWatchEvent[]) =>
    events.flatMap((event) => (event.type === 'delta' ? event.parts.map(({ text }) => text) : [])).join('');
  expect(deltas(fromTen.events)).toBe(content.slice(10));

  const late = read(jobId, { lastEventId: '1:100' });
  await late.done;
  expect(deltas(late.events)).toBe(content.slice(100));
  const atEnd = read(jobId, { lastEventId: cursor });
  await atEnd.done;
  expect(atEnd.events.map(({ type }) => type)).toEqual(['snapshot']);
});

test('a reader stays through the death of the host: what did not survive is taken back, the rest follows', async () => {
  const content = longAnswer('survive', 80);
  model.mock.onMessage('will you survive?', { content }, { latency: 15, chunkSize: 12 });
  const { jobId } = await ask(host, 'will you survive?');
  const halfway = Promise.withResolvers<void>();
  const { reader, done } = read(jobId, { onText: (length) => (length > 300 ? halfway.resolve() : undefined) });
  await halfway.promise;
  await host.kill9();
  await using next = await startHost({ env: model.env, dataDir: host.dataDir, args: throughRelay() });
  relay.target = next.port;
  await done;
  expect(reader).toMatchObject({ text: content, faults: [] });
  // Once for the new attempt; once more if the reader was back before it began, and saw less than it had read.
  expect([1, 2]).toContain(reader.resets);
  expect(await completed(next, jobId)).toMatchObject({ attemptsStarted: 2, attemptsMade: 0 });
});
