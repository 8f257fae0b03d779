/** The headless host as a process: how it starts, refuses to start, and stops. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { exitCodes } from '../../src/hosts/common/exit-codes.ts';
import { runHost, startHost, type TestHost } from '../support/host.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'nightshift-host-test-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** Runs the host until it ends by itself. */
async function ended(args: readonly string[], env: Record<string, string> = {}) {
  const run = runHost({ args, env });
  const exit = await run.exited;
  await run.end();
  return { ...exit, stdout: run.stdout(), stderr: run.stderr() };
}

/** Enqueues a message that the demo answers at the given pace; resolves with the id of its job. */
async function ask(host: TestHost, demo: { tokens: number; tokenMs: number }) {
  const conversation = await host.client.conversations.create.mutate({ requestId: 'create-0001' });
  const message = await host.client.conversations.send.mutate({
    requestId: 'send-000001',
    conversationId: conversation.id,
    text: 'Hello',
    model: 'demo/demo',
    demo,
  });
  if (message.jobId === null) throw new Error('the message has no job');
  return { conversationId: conversation.id, jobId: message.jobId };
}

/** Resolves once the job is what `match` asks for. */
function jobIs(host: TestHost, jobId: string, match: (state: string, phase: string | null) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const subscription = host.client.jobs.watch.subscribe(
      { id: jobId },
      {
        onData({ data }) {
          if (data.type !== 'snapshot') return;
          const { state, phase, failure } = data.job;
          if (match(state, phase)) resolve();
          else if (state === 'failed') reject(new Error(JSON.stringify(failure)));
          else return;
          subscription.unsubscribe();
        },
        onError: reject,
      },
    );
  });
}

async function answers(host: TestHost, conversationId: string) {
  const { messages } = await host.client.messages.list.query({ conversationId });
  return messages.filter(({ role }) => role === 'assistant');
}

describe('the headless host', () => {
  test('prints one line, the link, and answers behind it', async () => {
    await using host = await startHost({ dataDir, env: { NIGHTSHIFT_TOKEN: 'for-scripts' } });
    expect(host.stdout()).toBe(`${host.link}\n`);
    expect(host.link).toBe(`http://127.0.0.1:${host.port}/?token=for-scripts`);
    expect(await (await fetch(`${host.url}/healthz`)).json()).toEqual({
      status: 'ok',
      reason: null,
      version: packageJson.version,
      uptime: expect.any(Number) as unknown,
    });
    expect((await fetch(`${host.url}/trpc/conversations.list`)).status).toBe(401);
    const created = await host.http('/trpc/conversations.create', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ requestId: 'over-http-1' }),
    });
    expect(created.status).toBe(200);
    expect(await host.client.conversations.list.query()).toHaveLength(1);
    expect(host.logs()).toContainEqual(expect.objectContaining({ level: 'info', message: 'Nightshift is ready.' }));
  });

  test('keeps its token over a restart', async () => {
    const first = await startHost({ dataDir });
    const { token } = first;
    expect(await first.stop()).toEqual({ code: 0, signal: null });
    await first.close();
    await using second = await startHost({ dataDir });
    expect(second.token).toBe(token);
  });

  test('says what it is asked about itself, and what is wrong with its flags', async () => {
    expect(await ended(['--version'])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
    const help = await ended(['--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('--port N');
    const wrong = await ended(['--port', 'many']);
    expect([wrong.code, wrong.stdout]).toEqual([exitCodes.usage, '']);
    expect(wrong.stderr).toContain('--port takes a number');
  });
});

describe('a host that cannot start', () => {
  test('for its port is taken', async () => {
    await using host = await startHost();
    const refused = await ended(['--port', String(host.port), '--data', dataDir]);
    expect(refused.code).toBe(exitCodes.address);
    expect(refused.stderr).toContain(`Port ${host.port} on 127.0.0.1 is taken`);
    expect(refused.stderr).not.toMatch(/^\s+at /mu);
  });

  test('for its data folder is used by another', async () => {
    await using _host = await startHost({ dataDir });
    const refused = await ended(['--port', '0', '--data', dataDir]);
    expect(refused.code).toBe(exitCodes['in-use']);
    expect(refused.stderr).toContain('Another running Nightshift');
  });

  test('for its file is no database', async () => {
    writeFileSync(join(dataDir, 'nightshift.db'), 'not a database, but long enough to look at'.repeat(100));
    const refused = await ended(['--port', '0', '--data', dataDir]);
    expect(refused.code).toBe(exitCodes['not-a-database']);
  });

  test('for its database is of a newer version', async () => {
    await (await startHost({ dataDir })).close();
    const sqlite = new Database(join(dataDir, 'nightshift.db'));
    sqlite.pragma('user_version = 999');
    sqlite.close();
    const refused = await ended(['--port', '0', '--data', dataDir]);
    expect(refused.code).toBe(exitCodes['newer-version']);
    expect(refused.stderr).toContain('newer Nightshift');
  });

  test('for its folder cannot be made', async () => {
    writeFileSync(join(dataDir, 'file'), '');
    const refused = await ended(['--port', '0', '--data', join(dataDir, 'file', 'below')]);
    expect(refused.code).toBe(exitCodes['read-only']);
  });

  test('for others can read its keys, and leaves the folder to the next one', async () => {
    writeFileSync(join(dataDir, 'secrets.json'), '{}');
    chmodSync(join(dataDir, 'secrets.json'), 0o644);
    const refused = await ended(['--port', '0', '--data', dataDir]);
    expect(refused.code).toBe(exitCodes['private-file']);
    expect(refused.stderr).toContain('chmod 600');
    chmodSync(join(dataDir, 'secrets.json'), 0o600);
    await using _host = await startHost({ dataDir });
  });

  test('for its Node is too old, before anything is loaded that would crash', async () => {
    const pretend = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } })';
    const old = `data:text/javascript,${encodeURIComponent(pretend)}`;
    const refused = await ended([], { NODE_OPTIONS: `--import=${old}` });
    expect(refused.code).toBe(exitCodes['wrong-node']);
    expect(refused.stderr).toContain('this is Node 20.19.0');
  });
});

describe('a host that is asked to stop', () => {
  test('lets what runs finish, and ends with 0', async () => {
    const host = await startHost({ dataDir });
    const { conversationId, jobId } = await ask(host, { tokens: 20, tokenMs: 20 });
    await jobIs(host, jobId, (_state, phase) => phase === 'streaming');
    expect(await host.stop()).toEqual({ code: 0, signal: null });
    await host.close();
    await using later = await startHost({ dataDir });
    expect(await answers(later, conversationId)).toMatchObject([{ status: 'complete' }]);
    expect(await later.client.jobs.get.query({ id: jobId })).toMatchObject({ state: 'completed', attemptsStarted: 1 });
  });

  test('sends what takes too long back to the queue, where the next one finds it', async () => {
    const host = await startHost({ dataDir, args: ['--drain-ms', '100'] });
    const { conversationId, jobId } = await ask(host, { tokens: 100, tokenMs: 10 });
    await jobIs(host, jobId, (_state, phase) => phase === 'streaming');
    expect(await host.stop()).toEqual({ code: 0, signal: null });
    await host.close();
    await using later = await startHost({ dataDir });
    await jobIs(later, jobId, (state) => state === 'completed');
    expect(await answers(later, conversationId)).toMatchObject([{ status: 'complete' }]);
    expect(await later.client.jobs.get.query({ id: jobId })).toMatchObject({ attemptsStarted: 2, attemptsMade: 0 });
  });

  test('stops at once when it is asked again, still without loss', async () => {
    const host = await startHost({ dataDir, args: ['--drain-ms', '600000'] });
    const { conversationId, jobId } = await ask(host, { tokens: 100, tokenMs: 20 });
    await jobIs(host, jobId, (_state, phase) => phase === 'streaming');
    host.signal('SIGTERM');
    await host.logged(({ message }) => String(message).startsWith('SIGTERM: stopping.'));
    const askedAt = performance.now();
    expect(await host.stop()).toEqual({ code: 0, signal: null });
    expect(performance.now() - askedAt).toBeLessThan(3_000);
    await host.close();
    await using later = await startHost({ dataDir });
    await jobIs(later, jobId, (state) => state === 'completed');
    expect(await answers(later, conversationId)).toMatchObject([{ status: 'complete' }]);
  });
});
