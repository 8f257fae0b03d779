/** `npm start` as a person, a terminal or a service manager stops it: real npm, the built host, a job that is running. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTRPCClient, httpLink } from '@trpc/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { root } from '../../scripts/setup/project.mjs';
import type { AppRouter } from '../../src/api/router.ts';
import { processGone } from '../support/process-gone.ts';

const LogLine = z.looseObject({ message: z.string() });
const Ready = z.looseObject({ pid: z.number() });

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0)) await step();
});

/** Runs `npm start -- <flags>` in a process group of its own, as a shell does. */
function npmStart(...flags: string[]) {
  const npm = spawn('npm', ['start', '--', '--log', 'json', ...flags], { cwd: root, detached: true });
  const { pid } = npm;
  if (pid === undefined) throw new Error('npm could not be started');
  const exited: Promise<unknown[]> = once(npm, 'exit');
  cleanUp.push(async () => {
    if (npm.exitCode === null && npm.signalCode === null) process.kill(-pid, 'SIGKILL');
    await exited;
  });

  const stdout: string[] = [];
  const logs: z.infer<typeof LogLine>[] = [];
  createInterface({ input: npm.stdout }).on('line', (line) => stdout.push(line));
  createInterface({ input: npm.stderr }).on('line', (line) => {
    if (line.startsWith('{')) logs.push(LogLine.parse(JSON.parse(line)));
  });
  const stops = () => logs.map(({ message }) => message).filter((message) => message.includes('stopping'));
  return { npm, pid, exited, stdout, logs, stops };
}

/** The same, until a demo job runs in a worker; its answer takes `answerMs`. */
async function busyHost(answerMs: number) {
  const data = mkdtempSync(join(tmpdir(), 'nightshift-start-'));
  const started = npmStart('--port', '0', '--data', data);
  cleanUp.push(() => rmSync(data, { recursive: true, force: true }));
  const found = { timeout: 30_000, interval: 20 };
  const { link, hostPid } = await vi.waitFor(() => {
    const ready = started.logs.find(({ message }) => message.includes('ready'));
    return {
      link: new URL(started.stdout.find((line) => line.startsWith('http')) ?? ''),
      hostPid: Ready.parse(ready).pid,
    };
  }, found);

  const headers = { authorization: `Bearer ${link.searchParams.get('token')}` };
  const api = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${link.origin}/trpc`, headers })] });
  const { id } = await api.jobs.enqueue.mutate({
    requestId: 'start-script-1',
    job: {
      model: 'demo/demo',
      messages: [{ role: 'user', content: 'Take your time.' }],
      demo: { firstContentMs: answerMs, tokenMs: 0 },
    },
  });
  await expect.poll(async () => (await api.jobs.get.query({ id })).state, found).toBe('active');
  return { ...started, hostPid };
}

describe('npm start', () => {
  it.each([
    ['a SIGTERM to npm', (npm: number) => process.kill(npm, 'SIGTERM')],
    // The terminal signals the whole group, and npm passes its own on.
    ['a Ctrl-C', (npm: number) => process.kill(-npm, 'SIGINT')],
  ])('asks the host to stop once at %s, and returns its exit code', async (_, interrupt) => {
    const { pid, exited, stops } = await busyHost(1_000);
    interrupt(pid);
    expect(await exited).toEqual([0, null]);
    expect(stops()).toEqual([expect.stringContaining('Running jobs may go on')]);
  });

  it('passes a second request on: the host stops at once', async () => {
    const { npm, exited, stops } = await busyHost(60_000);
    npm.kill('SIGTERM');
    await vi.waitUntil(() => npm.exitCode !== null || (npm.kill('SIGTERM') && stops().length > 1), { interval: 100 });
    expect(await exited).toEqual([0, null]);
    expect(stops()).toHaveLength(2);
  });

  it.each([
    ['npm', (npm: number) => process.kill(npm, 'SIGKILL')],
    ['npm and all that it started', (npm: number) => process.kill(-npm, 'SIGKILL')],
  ])('leaves no host behind after kill -9 of %s', async (_, kill) => {
    const { pid, hostPid, exited } = await busyHost(60_000);
    kill(pid);
    expect(await exited).toEqual([null, 'SIGKILL']);
    await processGone(hostPid, 2_000);
  });

  it('returns the exit code of a host that refuses to start', async () => {
    expect(await npmStart('--port', 'everywhere').exited).toEqual([2, null]);
  });
});
