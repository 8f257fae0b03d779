/**
 * `--inspect`, as a reader sees it: @statelyai/inspect's events over a WebSocket of this machine, through the whole life of
 * a job that fails and is tried again, on the real host with real worker processes and aimock.
 */
import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { stateValue } from '../../src/hosts/node/inspect-events.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { modelKeys, startModel, type Model } from '../support/model.ts';

const planted = 'planted-words-of-the-moon';

/** The package's types, written as schemas: strict, so that an event with anything more or less is found. */
const base = {
  rootId: z.string().optional(),
  sessionId: z.string().min(1),
  createdAt: z.string().regex(/^\d{13}$/),
  id: z.string().min(1),
  _version: z.string().regex(/^\d+\.\d+\.\d+$/),
};
const AnyEvent = z.looseObject({ type: z.string() });
const Snapshot = z.strictObject({
  status: z.enum(['active', 'done', 'error', 'stopped']).optional(),
  context: z.unknown().optional(),
  value: z.unknown().optional(),
  output: z.unknown().optional(),
});
const ActorEvent = z.strictObject({
  ...base,
  type: z.literal('@xstate.actor'),
  name: z.string(),
  snapshot: Snapshot,
  definition: z.string().optional(),
  parentId: z.string().optional(),
});
const EventEvent = z.strictObject({
  ...base,
  type: z.literal('@xstate.event'),
  event: AnyEvent,
  sourceId: z.string().optional(),
});
const SnapshotEvent = z.strictObject({
  ...base,
  type: z.literal('@xstate.snapshot'),
  event: AnyEvent,
  snapshot: Snapshot,
});
const Inspected = z.discriminatedUnion('type', [ActorEvent, EventEvent, SnapshotEvent]);
type Inspected = z.infer<typeof Inspected>;
/** Fails to compile when the package's types ask for more than the schema. */
const isStately = (
  event: Inspected,
): Pick<StatelyInspectionEvent, 'type' | 'sessionId' | 'id' | 'createdAt' | '_version'> => event;

interface Reader {
  readonly texts: string[];
  readonly events: Inspected[];
  /** Resolves with the first event, past or to come, for which `match` holds. */
  next(match: (event: Inspected) => boolean, what: string): Promise<Inspected>;
  close(): void;
}

function read(url: string): Reader {
  const texts: string[] = [];
  const events: Inspected[] = [];
  let look = (): void => undefined;
  const socket = new WebSocket(url);
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    texts.push(text);
    events.push(Inspected.parse(JSON.parse(text)));
    look();
  });
  return {
    texts,
    events,
    next: (match, what) =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), 20_000);
        look = () => {
          const found = events.find(match);
          if (found === undefined) return;
          clearTimeout(limit);
          resolve(found);
        };
        look();
      }),
    close: () => socket.terminate(),
  };
}

let model: Model;
let host: TestHost;
let page: string;
const address = /^Stately Inspector: (http:\/\/127\.0\.0\.1:\d+\/\S+)$/mu;

beforeAll(async () => {
  model = await startModel();
  host = await startHost({ env: model.env, args: ['--inspect', '--inspect-port', '0'] });
  page = address.exec(host.stdout())?.[1] ?? '';
});
afterAll(async () => {
  await host.close();
  await model[Symbol.asyncDispose]();
});

describe('the Stately Inspector’s events', () => {
  test('follow a job that fails, waits, runs again and completes, and hold none of its words', async () => {
    expect(page).not.toBe('');
    const reader = read(page.replace('http', 'ws'));
    await reader.next(({ sessionId }) => sessionId === 'dispatcher', 'the introduction');
    const prompt = `${planted} prompt`;
    model.mock.onMessage(prompt, { content: `${planted} answer` });
    model.mock.nextRequestError(500, { message: `${planted} error`, type: 'server_error' });
    const { id } = await host.client.jobs.enqueue.mutate({
      requestId: 'inspect-lifecycle',
      job: {
        name: `${planted} name`,
        model: 'openai/m',
        system: `${planted} system`,
        messages: [{ role: 'user', content: prompt }],
        backoff: { type: 'fixed', delayMs: 200, maxDelayMs: 200 },
      },
    });
    const job = `job:${id}`;
    await reader.next(
      (event) => event.type === '@xstate.snapshot' && event.sessionId === job && event.snapshot.value === 'completed',
      'the completed job',
    );
    reader.close();
    const mine = reader.events.filter(({ sessionId }) => sessionId === job);
    expect(mine[0]).toMatchObject({
      type: '@xstate.actor',
      name: 'job',
      snapshot: { status: 'active', value: 'waiting' },
    });
    const steps = mine.flatMap((event) =>
      event.type === '@xstate.snapshot' ? [[event.event.type, event.snapshot.value, event.snapshot.status]] : [],
    );
    const [enqueued, ...rest] = steps;
    expect(enqueued).toEqual(['xstate.init', 'waiting', 'active']);
    // An answer that is quick enough comes in one piece, and has no FIRST_CONTENT.
    expect(rest.filter(([type]) => type !== 'FIRST_CONTENT')).toEqual([
      ['CLAIM', { active: 'starting' }, 'active'],
      ['FAIL', 'delayed', 'active'],
      ['DUE', 'waiting', 'active'],
      ['CLAIM', { active: 'starting' }, 'active'],
      ['COMPLETE', 'completed', 'done'],
    ]);
    const fail = mine.find((event) => event.type === '@xstate.event' && event.event.type === 'FAIL');
    expect(fail).toMatchObject({
      sourceId: 'worker:1',
      event: { attempt: 1, failure: { class: 'retryable', code: 'server-error', status: 500, message: '[withheld]' } },
    });
    const sent = reader.events.filter((event) => event.type === '@xstate.event' && event.sourceId === job);
    expect(sent.map((event) => [event.sessionId, event.type === '@xstate.event' && event.event.type])).toEqual(
      expect.arrayContaining([
        ['worker:1/process', 'run'],
        ['provider:openai', 'FAILED'],
      ]),
    );
    const ids = reader.events.map((event) => isStately(event).id);
    expect(new Set(ids).size).toBe(ids.length);
    const all = reader.texts.join('\n');
    expect(all).not.toContain(planted);
    for (const key of Object.values(modelKeys)) expect(all).not.toContain(key);
    // The search would have found it: the model was asked with it, and the page's own API shows it.
    expect(model.callsFor(prompt)).toHaveLength(2);
  });

  test('introduce every actor that is there, each with its machine', async () => {
    const reader = read(page.replace('http', 'ws'));
    // They come in no fixed order: who was spoken to last is introduced last.
    for (const id of ['engine', 'supervisor', 'dispatcher', 'worker:1', 'provider:openai', 'provider:demo']) {
      await reader.next(
        ({ type, sessionId }) => type === '@xstate.actor' && sessionId === id,
        `the introduction of ${id}`,
      );
    }
    reader.close();
    const actors = new Map(
      reader.events.flatMap((event) => (event.type === '@xstate.actor' ? [[event.sessionId, event] as const] : [])),
    );
    const definition = z.object({ id: z.string(), initial: z.string(), states: z.record(z.string(), z.unknown()) });
    const worker = definition.parse(JSON.parse(actors.get('worker:1')?.definition ?? '{}'));
    expect(worker).toMatchObject({ id: 'worker', initial: 'alive' });
    expect(actors.get('worker:1')).toMatchObject({ parentId: 'supervisor', snapshot: { value: { alive: 'ready' } } });
    expect(actors.get('provider:openai')?.snapshot).toMatchObject({ value: 'healthy', context: { pauses: 0 } });
  });

  test('reach the package’s own receiver', async () => {
    const received = Promise.withResolvers<StatelyInspectionEvent>();
    const subscription = createWebSocketReceiver({ server: page.replace('http', 'ws') }).subscribe(received.resolve);
    expect(Inspected.parse(await received.promise).type).toBe('@xstate.actor');
    subscription.unsubscribe();
  });

  test('go to nobody who has not the key, and to no page of another site', async () => {
    const { origin, host: own, pathname } = new URL(page);
    const refused = (url: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
      new Promise((resolve) => {
        const socket = new WebSocket(url, { headers });
        socket.on('unexpected-response', (_, response) => {
          resolve(response.statusCode);
          socket.terminate();
        });
        socket.on('error', () => undefined);
        socket.on('open', () => {
          resolve(undefined);
          socket.terminate();
        });
      });
    const ws = page.replace('http', 'ws');
    expect(await refused(ws)).toBeUndefined();
    expect(await refused(ws, { origin })).toBeUndefined();
    expect(await refused(`ws://${own}/`)).toBe(403);
    expect(await refused(`ws://${own}/${'x'.repeat(pathname.length - 1)}`)).toBe(403);
    expect(await refused(ws, { origin: 'https://evil.example' })).toBe(403);
    expect(await refused(ws, { host: 'evil.example' })).toBe(403);
    expect((await fetch(`${origin}/`)).status).toBe(404);
    const shown = await fetch(page);
    expect(shown.status).toBe(200);
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'; frame-src https://stately.ai;");
    expect(await shown.text()).toContain(pathname);
  });

  test('listen on this machine’s loopback only', async () => {
    const { hostname, port } = new URL(page);
    expect(hostname).toBe('127.0.0.1');
    const { readFileSync } = await import('node:fs');
    const hex = Number(port).toString(16).toUpperCase().padStart(4, '0');
    const listening = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local, , state]) => local?.endsWith(`:${hex}`) === true && state === '0A')
        .map(([, local]) => local),
    );
    expect(listening).toEqual([`0100007F:${hex}`]);
  });
});

test('without the flag nothing is served', async () => {
  await using plain = await startHost({});
  expect(plain.stdout()).not.toContain('Stately');
});

test('a state value is the paths of its innermost states', () => {
  expect(stateValue([])).toBeUndefined();
  expect(stateValue(['waiting'])).toBe('waiting');
  expect(stateValue(['active.streaming'])).toEqual({ active: 'streaming' });
  expect(stateValue(['a.b.c', 'd'])).toEqual({ a: { b: 'c' }, d: {} });
});
