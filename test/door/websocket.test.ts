/** What a client can do over a WebSocket to a real host, other than what the page does. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { maxSubscriptions } from '../../src/api/carriers/call-slots.ts';
import { maxWebSockets } from '../../src/hosts/node/connections.ts';
import { ask, completed } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { residentBytes } from './process-files.ts';
import { assertWell, head, leaksStack, reading } from './raw.ts';

let host: TestHost;
beforeAll(async () => {
  host = await startHost();
});
afterAll(() => host.close());
afterEach(() => assertWell(host));

const open: WebSocket[] = [];
afterEach(async () => {
  const closed = open.splice(0).map(async (socket) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    const over = once(socket, 'close');
    socket.terminate();
    await over;
  });
  await Promise.all(closed);
});

function dial(search = ''): WebSocket {
  const socket = new WebSocket(`${host.url.replace('http', 'ws')}/trpc${search}`, {
    headers: { authorization: `Bearer ${host.token}` },
  });
  socket.on('error', () => undefined);
  open.push(socket);
  return socket;
}

async function opened(): Promise<WebSocket> {
  const socket = dial();
  await once(socket, 'open');
  return socket;
}

interface Answer {
  id: unknown;
  error?: { message: string; data: { code: string } };
  result?: { type: string; data?: unknown };
}

/** The next `count` answers. */
async function answers(socket: WebSocket, count: number): Promise<Answer[]> {
  const read: Answer[] = [];
  const enough = Promise.withResolvers<void>();
  const take = (data: Buffer) => {
    const text = data.toString('utf8');
    expect(text).not.toMatch(leaksStack);
    read.push(JSON.parse(text) as Answer);
    if (read.length >= count) enough.resolve();
  };
  socket.on('message', take);
  socket.once('close', (code) => enough.reject(new Error(`closed with ${code} after ${read.length} answers`)));
  await enough.promise;
  socket.off('message', take);
  return read;
}

const query = (id: number, path: string, input?: unknown) => ({ id, method: 'query', params: { path, input } });

/** A raw connection that has shaken hands. */
async function shaken(): Promise<Socket> {
  const socket = connect(host.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    head(
      host,
      'GET /trpc HTTP/1.1',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ).replace('Connection: close', 'Connection: Upgrade'),
  );
  await once(socket, 'data');
  return socket;
}

/** A client's frame with an all-zero mask. */
function frame(opcode: number, payload: Buffer, { final = true, masked = true, length = payload.length } = {}): Buffer {
  const size = length < 126 ? Buffer.from([length]) : length < 65_536 ? Buffer.alloc(3) : Buffer.alloc(9);
  if (size.length === 3) {
    size[0] = 126;
    size.writeUInt16BE(length, 1);
  } else if (size.length === 9) {
    size[0] = 127;
    size.writeBigUInt64BE(BigInt(length), 1);
  }
  size[0] = (size[0] ?? 0) | (masked ? 0x80 : 0);
  return Buffer.concat([Buffer.from([(final ? 0x80 : 0) | opcode]), size, Buffer.alloc(masked ? 4 : 0), payload]);
}

describe('a frame that breaks the protocol closes its connection, saying why', () => {
  test.each([
    ['text that is not UTF-8', frame(1, Buffer.from([0xc3, 0x28])), 1007],
    ['no mask', frame(1, Buffer.from('{}'), { masked: false }), 1002],
    ['an opcode that does not exist', frame(3, Buffer.from('x')), 1002],
    ['reserved bits', Buffer.from([0xf1, 0x80, 0, 0, 0, 0]), 1002],
    ['a ping of 200 bytes', frame(9, Buffer.alloc(200)), 1002],
    ['a ping in pieces', frame(9, Buffer.from('x'), { final: false }), 1002],
    ['a piece that continues nothing', frame(0, Buffer.from('x')), 1002],
    ['an announced size of 2^53', frame(1, Buffer.from('x'), { length: 2 ** 53 }), 1009],
    ['an announced size of 5 MB', frame(2, Buffer.from('x'), { length: 5_000_000 }), 1009],
    ['a close code that is reserved', frame(8, Buffer.from([0x03, 0xed])), 1002],
  ])('%s', async (_what, bytes, code) => {
    const socket = await shaken();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(bytes);
    await expect.poll(() => Buffer.concat(chunks).at(0)).toBe(0x88);
    expect(Buffer.concat(chunks).readUInt16BE(2)).toBe(code);
    socket.destroy();
  });

  test('also a message that is larger than 4 MB in pieces', async () => {
    const socket = await opened();
    const closed = once(socket, 'close');
    for (let piece = 0; piece < 5; piece += 1) socket.send('x'.repeat(1_000_000), { fin: piece === 4 });
    expect((await closed)[0]).toBe(1009);
  });

  test.each([
    ['no key', [], 400, 'Sec-WebSocket-Key'],
    ['an old version', ['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Version: 7'], 400, 'Version'],
  ])('a handshake with %s is refused', async (_what, headers, status, words) => {
    const socket = connect(host.port, '127.0.0.1');
    const read = reading(socket);
    const bytes = head(host, 'GET /trpc HTTP/1.1', 'Upgrade: websocket', ...headers);
    socket.write(bytes.replace('Connection: close', 'Connection: Upgrade'));
    await once(socket, 'close');
    expect(read()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, 'u'));
    expect(read()).toContain(words);
  });
});

describe('a message that is no call is answered, and the connection goes on', () => {
  test.each([
    ['no JSON', '{'],
    ['a number', '1'],
    ['null', 'null'],
    ['a list of nonsense', '[1,null,"x",[]]'],
    ['no method', '{"id":1}'],
    ['no path', '{"id":1,"method":"query","params":{}}'],
    ['no id', '{"id":null,"method":"query","params":{"path":"pool.get"}}'],
    ['an unknown method', '{"id":1,"method":"eval","params":{"path":"pool.get"}}'],
    ['an unknown procedure', JSON.stringify(query(1, 'nothing.here'))],
    ['a procedure of JavaScript', JSON.stringify(query(1, '__proto__'))],
    ['a query as a subscription', '{"id":1,"method":"subscription","params":{"path":"pool.get"}}'],
    ['brackets, 100,000 deep', '['.repeat(100_000)],
    ['a whole tree, 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    [
      'an input that is 50,000 deep',
      `{"id":1,"method":"query","params":{"path":"jobs.get","input":${'{"id":'.repeat(50_000)}1${'}'.repeat(50_000)}}}`,
    ],
    [
      'prototype keys',
      '{"id":1,"method":"query","params":{"path":"jobs.get","input":{"__proto__":{"id":"x"},"constructor":{"prototype":{}}}}}',
    ],
    ['a batch that is too long', JSON.stringify(Array.from({ length: 201 }, (_, id) => query(id, 'pool.get')))],
  ])('%s', async (_what, text) => {
    const socket = await opened();
    const first = answers(socket, 1);
    socket.send(text);
    const [answer] = await first;
    expect(answer?.error?.message).toMatch(/\S/u);
    expect(answer?.error?.data.code).not.toBe('INTERNAL_SERVER_ERROR');
    const all: Answer[] = [];
    socket.on('message', (data: Buffer) => all.push(JSON.parse(data.toString('utf8')) as Answer));
    socket.send(JSON.stringify(query(77, 'pool.get')));
    await expect.poll(() => all.some(({ id, result }) => id === 77 && result?.type === 'data')).toBe(true);
  });

  // With this search, tRPC reads the first message as parameters of the connection.
  test.each(['{', '1', '{"method":"connectionParams","data":[1]}', '{"data":{"__proto__":1,"a":{}}}'])(
    'also where connection parameters are expected: %s',
    async (text) => {
      const socket = dial('?connectionParams=1');
      await once(socket, 'open');
      const first = answers(socket, 1);
      const closed = once(socket, 'close');
      socket.send(text);
      expect((await first)[0]?.error?.data.code).not.toBe('INTERNAL_SERVER_ERROR');
      await closed;
    },
  );

  test('binary frames are calls like others, or nonsense like others', async () => {
    const socket = await opened();
    const first = answers(socket, 1);
    socket.send(randomBytes(200), { binary: true });
    expect((await first)[0]?.error?.data.code).toBe('PARSE_ERROR');
  });
});

describe('one client has limits', () => {
  test(`${maxWebSockets} WebSockets; the next is refused with words, until one closes`, async () => {
    // The host's own client may hold one.
    const sockets: WebSocket[] = [];
    let refused: { status: number; body: string } | undefined;
    while (refused === undefined && sockets.length <= maxWebSockets) {
      const socket = dial();
      sockets.push(socket);
      refused = await new Promise((resolve) => {
        socket.on('open', () => resolve(undefined));
        socket.on('unexpected-response', (_request, response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        });
      });
    }
    expect(refused?.status).toBe(429);
    expect(refused?.body).toContain(`There are ${maxWebSockets} WebSockets open already`);
    expect(sockets.length).toBeGreaterThanOrEqual(maxWebSockets);
    sockets[0]?.terminate();
    await expect
      .poll(async () => {
        const socket = dial();
        return Promise.race([
          once(socket, 'open').then(() => 'open'),
          once(socket, 'unexpected-response').then(() => 'refused'),
        ]);
      })
      .toBe('open');
  });

  test(`${maxSubscriptions} subscriptions on one connection; one more is refused, until one ends`, async () => {
    const socket = await opened();
    const refusals: Answer[] = [];
    let started = 0;
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString('utf8')) as Answer;
      if (answer.error !== undefined) refusals.push(answer);
      if (answer.result?.type === 'started') started += 1;
    });
    const subscribe = (id: number) =>
      socket.send(JSON.stringify({ id, method: 'subscription', params: { path: 'conversations.watchAll' } }));
    for (let id = 1; id <= maxSubscriptions + 1; id += 1) subscribe(id);
    await expect.poll(() => refusals.length).toBe(1);
    expect(refusals[0]?.error).toMatchObject({
      message: expect.stringContaining(`${maxSubscriptions} subscriptions`),
      data: { code: 'TOO_MANY_REQUESTS' },
    });
    await expect.poll(() => started).toBe(maxSubscriptions);
    socket.send(JSON.stringify({ id: 1, method: 'subscription.stop' }));
    subscribe(9_001);
    await expect.poll(() => started).toBe(maxSubscriptions + 1);
    expect(refusals).toHaveLength(1);
  });

  test('20,000 small messages at once are all answered, and others are answered meanwhile', async () => {
    const [noisy, other] = [await opened(), await opened()];
    const all = answers(noisy, 20_000);
    for (let id = 1; id <= 20_000; id += 1) noisy.send(JSON.stringify(query(id, 'settings.get')));
    const first = answers(other, 1);
    const startedAt = performance.now();
    other.send(JSON.stringify(query(1, 'pool.get')));
    expect((await first)[0]?.result?.type).toBe('data');
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect(new Set((await all).map(({ id }) => id)).size).toBe(20_000);
  });
});

describe('a client that does not read', () => {
  /** A conversation whose messages make an answer of about 2 MB. */
  async function longConversation(): Promise<string> {
    const first = await ask(host, 'x'.repeat(190_000), { demo: { tokens: 1, tokenMs: 0 } });
    await completed(host, first.jobId);
    for (let more = 0; more < 9; more += 1) {
      const { jobId } = await ask(host, 'x'.repeat(190_000), {
        conversationId: first.conversationId,
        demo: { tokens: 1, tokenMs: 0 },
      });
      await completed(host, jobId);
    }
    return first.conversationId;
  }

  test('costs a bounded amount of memory, whatever it asks for, and keeps nobody waiting', async () => {
    const conversationId = await longConversation();
    const input = { conversationId, limit: 200 };
    const before = residentBytes(host.pid);
    const deaf = await opened();
    deaf.pause();
    // 2,000 answers of 2 MB: 4 GB, if anybody made them.
    for (let batch = 0; batch < 10; batch += 1) {
      deaf.send(
        JSON.stringify(Array.from({ length: 200 }, (_, id) => query(batch * 200 + id, 'messages.list', input))),
      );
    }
    for (let ping = 0; ping < 50_000; ping += 1) deaf.ping(Buffer.alloc(100));
    let most = before;
    for (let call = 0; call < 300; call += 1) {
      expect((await host.http('/trpc/pool.get')).status).toBe(200);
      most = Math.max(most, residentBytes(host.pid));
    }
    expect(most - before).toBeLessThan(300_000_000);
  });
});
