/** Files as the host serves them: to those who may, whole, and never as something that runs. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AttachmentView } from '../../src/protocol/attachments.ts';
import { attach, pdf, png } from '../support/files.ts';
import { startHost, type TestHost } from '../support/host.ts';

let host: TestHost;
beforeAll(async () => {
  host = await startHost();
});
afterAll(() => host.close());

function add(name: string, bytes: Buffer, text?: string): Promise<AttachmentView> {
  const { begin, append, describe: say } = host.client.attachments;
  const api = {
    begin: (input: Parameters<typeof begin.mutate>[0]) => begin.mutate({ ...input, requestId: randomUUID() }),
    append: (input: Parameters<typeof append.mutate>[0]) => append.mutate(input),
    describe: (input: Parameters<typeof say.mutate>[0]) => say.mutate(input),
  };
  return attach(api, name, bytes, text);
}

describe('a file', () => {
  test('of several pieces comes back whole, under its name', async () => {
    const bytes = Buffer.concat([png(3, 3), randomBytes(2_000_000)]);
    const { id } = await add(`süße "Katze".png`, bytes);
    const response = await host.http(`/attachments/${id}`);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `inline; filename*=UTF-8''s%C3%BC%C3%9Fe%20%22Katze%22.png`,
      'content-security-policy': expect.stringMatching(/default-src 'none'.*sandbox/),
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    const head = await host.http(`/attachments/${id}`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
  });

  test.each([
    ['page.html', Buffer.from('<script>alert(1)</script>'), 'text/plain; charset=utf-8'],
    [
      'drawing.svg',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
      'text/plain; charset=utf-8',
    ],
    ['paper.pdf', pdf('x'), 'application/pdf'],
  ])('%s is given to save, and does not run', async (name, bytes, type) => {
    const { id } = await add(name, bytes, name.endsWith('.pdf') ? 'x' : undefined);
    const { headers } = await host.http(`/attachments/${id}`);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('content-disposition')).toMatch(/^attachment;/);
  });

  test('is given to nobody without the token, from no other page, and cannot be changed', async () => {
    const { id } = await add('a.txt', Buffer.from('secret'));
    const path = `/attachments/${id}`;
    expect((await fetch(`${host.url}${path}`)).status).toBe(401);
    expect((await host.http(path, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await host.http(path, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await host.http(path, { method: 'POST', body: 'x' })).status).toBe(405);
  });

  test.each([
    '/attachments/',
    '/attachments/att_01J00000000000000000000000',
    '/attachments/..%2fsecrets',
    '/attachments/x',
  ])('is not there at %s', async (path) => {
    expect((await host.http(path)).status).toBe(404);
  });

  test('that is not whole yet is not there', async () => {
    const { id } = await add('a.pdf', pdf('x'));
    expect((await host.http(`/attachments/${id}`)).status).toBe(404);
  });
});
