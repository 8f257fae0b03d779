/** Bytes of all kinds at the port of a real host: each refusal says why, none of them shows a stack, and the host goes on. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startHost, type TestHost } from '../support/host.ts';
import { assertWell, exchange, head, leaksStack, reading } from './raw.ts';

let host: TestHost;
beforeAll(async () => {
  host = await startHost();
});
afterAll(() => host.close());
afterEach(() => assertWell(host));

/** A refusal as bytes: its status, the usual headers, and words. */
function refusal(answer: string): { status: number; message: string } {
  const [, status = '', headers = '', body = ''] =
    /^HTTP\/1\.1 (\d{3}) [^\r]*\r\n([\s\S]*?)\r\n\r\n([\s\S]*)$/u.exec(answer) ?? [];
  expect(headers.toLowerCase()).toContain('x-content-type-options: nosniff');
  expect(headers.toLowerCase()).toContain("content-security-policy: default-src 'none'");
  expect(answer).not.toMatch(leaksStack);
  // Node writes a body that it does not know the length of in chunks.
  const json = /\{[\s\S]*\}/u.exec(body)?.[0] ?? '';
  const { error } = JSON.parse(json) as { error: { message: string; data: { httpStatus: number } } };
  expect(error.data.httpStatus).toBe(Number(status));
  return { status: Number(status), message: error.message };
}

const big = 'x'.repeat(40_000);

describe('what is no request', () => {
  test.each([
    ['garbage', 'garbage\r\n\r\n', 400, 'not HTTP'],
    ['a TLS hello', Buffer.from('16030100a5010000a10303', 'hex'), 400, 'not HTTP'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'not HTTP'],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n', 400, 'not HTTP'],
    ['headers without end', `GET / HTTP/1.1\r\nX: ${big}\r\n\r\n`, 431, '16 kB'],
    ['an address without end', `GET /${big} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431, '16 kB'],
    [
      'two lengths (request smuggling)',
      'POST /trpc/x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd',
      400,
      'not HTTP',
    ],
    [
      'length and chunks at once (request smuggling)',
      'POST /trpc/x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'not HTTP',
    ],
    ['a request for a proxy', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n', 405, 'no proxy'],
    ['no name', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 403, 'does not answer to the name'],
    ['HTTP/1.0 without a name', 'GET / HTTP/1.0\r\n\r\n', 403, 'does not answer to the name'],
  ])('is refused with words: %s', async (_what, bytes, status, words) => {
    const { status: actual, message } = refusal(await exchange(host, bytes));
    expect([actual, message]).toEqual([status, expect.stringContaining(words)]);
  });

  test('is refused or answered, and never shows a stack: 150 random and mangled requests', async () => {
    const line = fc.constantFrom('GET', 'POST', 'PUT', 'OPTIONS', 'TRACE', 'get', '', 'G\0T');
    const address = fc.oneof(
      fc.constantFrom(
        '/',
        '/trpc',
        '/trpc/',
        '/trpc/jobs.get',
        '//',
        '/%',
        '/%00',
        '*',
        'http://evil.example/',
        '/\\..\\',
      ),
      fc.webPath(),
      fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `/${text.replaceAll(/[\r\n ]/gu, '')}`),
    );
    const header = fc.oneof(
      fc.tuple(
        fc.constantFrom(
          'Content-Length',
          'Transfer-Encoding',
          'Expect',
          'Upgrade',
          'Connection',
          'Cookie',
          'Origin',
          'Accept',
        ),
        fc.oneof(
          fc.string({ maxLength: 30 }),
          fc.constantFrom('chunked', '-1', '1e9', '100-continue', 'h2c', 'websocket'),
        ),
      ),
      fc.tuple(fc.string({ maxLength: 10 }), fc.string({ maxLength: 30 })),
    );
    const request = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.concat([bytes, Buffer.from('\r\n\r\n')])),
      fc
        .tuple(line, address, fc.array(header, { maxLength: 4 }), fc.string({ maxLength: 60 }))
        .map(([method, path, headers, body]) =>
          Buffer.from(
            head(host, `${method} ${path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)) + body,
            'latin1',
          ),
        ),
    );
    await fc.assert(
      fc.asyncProperty(request, async (bytes) => {
        const answer = await heardFrom(bytes);
        expect(answer).not.toMatch(leaksStack);
        expect(answer).not.toMatch(/^HTTP\/1\.1 5/u);
      }),
      { seed: 20261122, numRuns: 150 },
    );
  });

  /** A request may be incomplete, so our side ends it; the host then answers or closes. */
  async function heardFrom(bytes: Buffer): Promise<string> {
    const socket = connect({ port: host.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    const read = reading(socket);
    socket.end(bytes);
    await once(socket, 'close', { signal: AbortSignal.timeout(10_000) });
    return read();
  }
});

describe('what is a request, but not one of ours', () => {
  test.each([
    ['an expectation', 'GET / HTTP/1.1', ['Expect: miracles'], 417, 'Expect'],
    ['a whole address', 'GET http://evil.example/ HTTP/1.1', [], 400, 'makes no sense'],
    ['a star', 'OPTIONS * HTTP/1.1', [], 400, 'makes no sense'],
    ['a method that changes nothing', 'DELETE / HTTP/1.1', [], 405, 'only be read'],
    ['TRACE', 'TRACE / HTTP/1.1', [], 405, 'only be read'],
    ['a path out of the folder', 'GET /../../../etc/passwd HTTP/1.1', [], 404, 'nothing at this address'],
    ['the same, escaped', 'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1', [], 404, 'nothing at this address'],
    ['the same, with backslashes', 'GET /..\\..\\etc\\passwd HTTP/1.1', [], 404, 'nothing at this address'],
    ['the same, with NUL', 'GET /index.html%00.png HTTP/1.1', [], 404, 'nothing at this address'],
    ['a procedure of JavaScript', 'GET /trpc/constructor HTTP/1.1', [], 404, 'constructor'],
    ['a prototype', 'GET /trpc/__proto__.toString HTTP/1.1', [], 404, '__proto__'],
    ['a batch without end', `GET /trpc/${'pool.get,'.repeat(500)}pool.get?batch=1 HTTP/1.1`, [], 400, 'maximum'],
    ['an input that is no JSON', 'GET /trpc/jobs.get?input=%7B HTTP/1.1', [], 400, ''],
    ['a change by GET', 'GET /trpc/conversations.create?input=%7B%7D HTTP/1.1', [], 405, ''],
    ['another upgrade', 'GET /trpc HTTP/1.1', ['Connection: Upgrade', 'Upgrade: h2c'], 400, 'WebSocket'],
  ])('is refused with words: %s', async (_what, first, headers, status, words) => {
    const answer = await exchange(host, head(host, first, ...headers));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, 'u'));
    expect(answer).toContain(words);
    expect(answer).not.toMatch(leaksStack);
    expect(answer).not.toContain('root:');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'is refused when a form of another site could send it: content type "%s"',
    async (type) => {
      const response = await host.http('/trpc/conversations.create', {
        method: 'POST',
        headers: type === '' ? {} : { 'content-type': type },
        body: new TextEncoder().encode('{"requestId":"from-a-form"}'),
      });
      expect(response.status).toBe(415);
      expect(await response.text()).toMatch(/content-type/iu);
    },
  );
});

describe('a client that takes its time', () => {
  test('over its headers is refused, also when something comes now and then', async () => {
    const socket = connect(host.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const read = reading(socket);
    socket.write('GET / HTTP/1.1\r\n');
    const drip = setInterval(() => socket.write('X: y\r\n'), 500);
    try {
      await once(socket, 'close', { signal: AbortSignal.timeout(16_000) });
    } finally {
      clearInterval(drip);
      socket.destroy();
    }
    expect(refusal(read())).toEqual({ status: 408, message: expect.stringContaining('too long') });
  });

  test('keeps nobody else waiting, with 300 others of its kind', async () => {
    const sockets = Array.from({ length: 300 }, () => connect(host.port, '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => undefined);
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.write('POST /trpc/jobs.get HTTP/1.1\r\nHost: a\r\nX');
    const startedAt = performance.now();
    expect((await host.http('/trpc/pool.get')).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    for (const socket of sockets) socket.destroy();
  });
});

test('more connections than there may be are turned away, and said so in the log', async () => {
  const sockets = Array.from({ length: 530 }, () => connect(host.port, '127.0.0.1'));
  const closed = Promise.withResolvers<void>();
  for (const socket of sockets) {
    socket.on('error', () => undefined);
    socket.on('close', () => closed.resolve());
  }
  await closed.promise;
  await host.logged(({ message }) => String(message).includes('Connections are turned away'));
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => host.http('/trpc/pool.get').then(({ status }) => status)).toBe(200);
});

test('a body of 4 MB is read, one byte more is not', async () => {
  const limit = 4 * 1024 * 1024;
  for (const [bytes, status] of [
    [limit, 400],
    [limit + 1, 413],
  ] as const) {
    const answer = await new Promise<number>((resolve, reject) => {
      const request = httpRequest(`${host.url}/trpc/jobs.cancel`, {
        method: 'POST',
        headers: { authorization: `Bearer ${host.token}`, 'content-type': 'application/json', 'content-length': bytes },
      });
      request.on('error', reject);
      request.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.end(`"${'x'.repeat(bytes - 2)}"`);
    });
    expect(answer).toBe(status);
  }
});
