/**
 * The headless host as a real process of its own, for tests that look at it from outside. One per call, each on a port
 * and (unless told otherwise) a data folder of its own.
 *
 *     await using host = await startHost();
 *     const conversation = await host.client.conversations.create.mutate({ requestId: 'r-00000001' });
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createTRPCClient, createWSClient, wsLink, type TRPCClient } from '@trpc/client';
import { z } from 'zod';
import { staleParts } from '../../scripts/setup/build.mjs';
import { inProject, node24 } from '../../scripts/setup/project.mjs';
import { transportSocket } from '../../src/carrier/transport-socket.ts';
import { wsTransport } from '../../src/api/carriers/ws-transport.ts';
import type { AppRouter } from '../../src/api/router.ts';

export interface StartHostOptions {
  /** Added to an environment that holds no keys: nothing of the developer's own leaks into a test. */
  env?: Readonly<Record<string, string>>;
  /** Left in place at the end. Absent: a temporary one that is removed. */
  dataDir?: string;
  /** After the ones that choose port, data folder and JSON logs; a repeated flag wins over those. */
  args?: readonly string[];
  /** Absent: what is built, where it is current, else the source. */
  from?: 'built' | 'source';
  /** In place of the host's own entry: a script, and arguments that go before `args`. */
  script?: readonly [string, ...string[]];
  /** How long the link may take. */
  startMs?: number;
  /** Conversations with a real model are given titles by it. Absent: not, so that it is asked what the test asks and no more. */
  titles?: boolean;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface TestHost {
  readonly pid: number;
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** As printed: opens the page in a browser. */
  readonly link: string;
  readonly dataDir: string;
  /** A typed client over WebSocket; connects when it is first used, and again after a cut. */
  readonly client: TRPCClient<AppRouter>;
  /** `fetch` with the token. */
  http(path: string, init?: RequestInit): Promise<Response>;
  /** Everything written so far. */
  stdout(): string;
  stderr(): string;
  /** The log lines so far (with `--log json`), oldest first. */
  logs(): Record<string, unknown>[];
  /** Resolves with the first log line, past or to come, for which `match` holds; rejects when the host ends before. */
  logged(match: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Sends a signal to the host alone. */
  signal(signal: NodeJS.Signals): void;
  /** How it ended, once it has. */
  readonly exited: Promise<Exit>;
  /** SIGTERM, then resolves with how it ended. */
  stop(): Promise<Exit>;
  /** SIGKILL to the host alone: its workers have to notice. Resolves when it is gone. */
  kill9(): Promise<void>;
  /** Ends client, host and workers, whatever state they are in, and removes a temporary data folder. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Resolves when the link is printed; rejects with everything the host wrote when it ends instead. */
export async function startHost(options: StartHostOptions = {}): Promise<TestHost> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'nightshift-host-'));
  const run = runHost({
    ...options,
    args: ['--port', '0', '--data', dataDir, '--log', 'json', ...(options.args ?? [])],
  });
  const removeData = () => {
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  let link: string;
  try {
    link = await run.line(/^http:\/\/\S+\?token=\S+$/mu, options.startMs ?? 20_000);
  } catch (error) {
    await run.end();
    removeData();
    throw error;
  }
  const { origin, port, searchParams } = new URL(link);
  const token = searchParams.get('token') ?? '';
  const headers = { authorization: `Bearer ${token}` };
  // The demo writes no titles.
  const hasModel = Object.keys(options.env ?? {}).some((name) => /_(?:API_KEY|BASE_URL)$/u.test(name));
  if (hasModel && options.titles !== true) await switchTitlesOff(origin, headers);
  const socket = createWSClient({
    url: `${origin.replace('http', 'ws')}/trpc`,
    WebSocket: transportSocket((url) => wsTransport(url, headers)),
    retryDelayMs: () => 50,
    // Idle only before the first call: a connection that tests count on does not close by itself.
    lazy: { enabled: true, closeMs: 600_000 },
  });

  const host: TestHost = {
    pid: run.pid,
    url: origin,
    port: Number(port),
    token,
    link,
    dataDir,
    client: createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] }),
    http: (path, init = {}) =>
      fetch(`${origin}${path}`, { ...init, headers: { ...headers, ...entriesOf(init.headers) } }),
    stdout: run.stdout,
    stderr: run.stderr,
    logs: run.logs,
    logged: run.logged,
    signal: (signal) => process.kill(run.pid, signal),
    exited: run.exited,
    async stop() {
      process.kill(run.pid, 'SIGTERM');
      return run.exited;
    },
    async kill9() {
      process.kill(run.pid, 'SIGKILL');
      await run.exited;
    },
    async close() {
      // A call that the host will never answer must not hold up the end: first the host, then the client.
      const closed = socket.close();
      await run.end();
      await closed;
      removeData();
    },
    [Symbol.asyncDispose]: () => host.close(),
  };
  return host;
}

async function switchTitlesOff(origin: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(`${origin}/trpc/settings.update`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ writeTitles: false }),
  });
  // A host whose disk takes no writes delivers no answers either.
  if (!response.ok && response.status !== 503) throw new Error(`titles: ${response.status} ${await response.text()}`);
}

function entriesOf(headers: RequestInit['headers']): Record<string, string> {
  return Object.fromEntries(new Headers(headers).entries());
}

export interface HostRun {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  logs(): Record<string, unknown>[];
  logged(match: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  readonly exited: Promise<Exit>;
  /** The first match in stdout. Rejects when the process ends, or `limitMs` pass, without one. */
  line(pattern: RegExp, limitMs: number): Promise<string>;
  /** Kills it with all that it started. Resolves when it is gone. Harmless when it has ended. */
  end(): Promise<void>;
}

/** Starts the host with exactly these flags, for tests of how it refuses to start. */
export function runHost(options: Pick<StartHostOptions, 'env' | 'args' | 'from' | 'script'>): HostRun {
  const child = spawnHost(options);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${node24} could not be started`);
  running.add(pid);

  let stdout = '';
  let stderr = '';
  const { promise: exited, resolve: ended } = Promise.withResolvers<Exit>();
  let isOver = false;
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    child.emit('output');
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    child.emit('output');
  });
  child.on('close', (code, signal) => {
    isOver = true;
    child.emit('output');
    ended({ code, signal });
  });

  /** Looks again whenever something was written. */
  async function until<T>(find: () => T | undefined, what: string, signal?: AbortSignal): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (isOver) throw new Error(`the host ended without ${what}\n${stdout}${stderr}`);
      await once(child, 'output', signal === undefined ? {} : { signal }).catch((error: unknown) => {
        throw new Error(`no ${what} in time\n${stdout}${stderr}`, { cause: error });
      });
    }
  }
  const logs = () =>
    stderr
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map(parseLine);

  return {
    pid,
    stdout: () => stdout,
    stderr: () => stderr,
    logs,
    logged: (match) => until(() => logs().find(match), 'such a log line'),
    exited,
    line: (pattern, limitMs) =>
      until(() => pattern.exec(stdout)?.[0], `a line like ${pattern}`, AbortSignal.timeout(limitMs)),
    async end() {
      endGroup(pid);
      await exited;
      running.delete(pid);
    },
  };
}

function spawnHost({
  env = {},
  args = [],
  from,
  script,
}: Pick<StartHostOptions, 'env' | 'args' | 'from' | 'script'>): ChildProcess {
  const stale = new Set(staleParts().map(({ name }) => name));
  const built =
    from === undefined ? !['host', 'worker', 'migrations'].some((part) => stale.has(part)) : from === 'built';
  const entry = built ? inProject('out', 'host', 'main.mjs') : inProject('src', 'hosts', 'node', 'main.ts');
  // The same guard as `npm start`: a test run that is killed leaves no hosts behind.
  const guard = pathToFileURL(inProject('scripts', 'setup', 'end-with-parent.mjs')).href;
  const { PATH = '', HOME = '', LANG = 'C.UTF-8', TMPDIR } = process.env;
  return spawn(node24, ['--enable-source-maps', '--import', guard, ...(script ?? [entry]), ...args], {
    env: { PATH, HOME, LANG, ...(TMPDIR === undefined ? {} : { TMPDIR }), NIGHTSHIFT_PARENT_FD: '3', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A process group of its own, so that its workers can be ended with it.
    detached: true,
  });
}

const LogLine = z.record(z.string(), z.unknown());

function parseLine(line: string): Record<string, unknown> {
  return LogLine.parse(JSON.parse(line));
}

const running = new Set<number>();
process.on('exit', () => running.forEach(endGroup));

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Nobody of the group is left.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
