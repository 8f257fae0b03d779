/**
 * Every procedure of the real host with inputs that fit, nearly fit, and do not fit at all, over HTTP and WebSocket. The
 * seed is printed; `FUZZ_SEED=… FUZZ_RUNS=…` repeats a run or makes it longer.
 */
import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { appRouter } from '../../src/api/router.ts';
import { ask, completed, rowsOf } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { fitting, hostile, nearly } from './inputs.ts';
import { assertWell, leaksStack } from './raw.ts';

/** Fixed, so that a run of the suite says the same today and tomorrow; with few inputs, chance alone may miss a procedure. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
/** Of each procedure and each carrier. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 25);
/** A copy of the whole database, or a provider that is waited for: each run takes the better part of a second. */
const slow = new Set(['data.backUp', 'providers.tryOut']);
const runsOf = (path: string): number => (slow.has(path) ? Math.ceil(numRuns / 5) : numRuns);

let host: TestHost;
let ids: string[];
let socket: WebSocket;
/** Rejects when the host closes it. */
let cut: Promise<never>;
const waiting = new Map<number, (answer: Answer) => void>();

interface Answer {
  id?: number | null;
  error?: { message: string; data: { code: string; httpStatus: number } };
  result?: { type?: string };
}

beforeAll(async () => {
  process.stdout.write(`fuzz seed: ${seed}\n`);
  host = await startHost();
  const { conversationId, jobId } = await ask(host, 'something that exists', { demo: { tokens: 2, tokenMs: 0 } });
  await completed(host, jobId);
  const { messages } = await host.client.messages.list.query({ conversationId });
  const agents = await host.client.agents.list.query();
  const { listId } = await host.client.queue.open.query({});
  const project = await host.client.projects.create.mutate({ requestId: 'a-project', name: 'A project' });
  const file = await host.client.attachments.begin.mutate({
    requestId: 'a-file-of-its-own',
    name: 'a.txt',
    bytes: 900_000,
    data: Buffer.alloc(512 * 1024, 'x').toString('base64'),
  });
  const task = {
    id: 'a-task',
    title: 'A task',
    instructions: 'Do it.',
    acceptance: ['it is done'],
    agent: agents[0]?.name ?? '',
    dependsOn: [],
    result: 'document' as const,
    needs: [],
  };
  const goal = await host.client.goals.start.mutate({
    requestId: 'a-goal-of-its-own',
    conversationId,
    text: 'A goal',
    plan: { title: 'A plan', tasks: [task, { ...task, id: 'another' }] },
  });
  const { tasks } = await host.client.goals.get.query({ id: goal.id });
  ids = [
    file.id,
    project.id,
    goal.id,
    ...tasks.map(({ id }) => id),
    conversationId,
    jobId,
    listId,
    `job:${jobId}`,
    ...messages.map(({ id }) => id),
    ...agents.map(({ id }) => id),
  ];
  socket = new WebSocket(`${host.url.replace('http', 'ws')}/trpc`, {
    headers: { authorization: `Bearer ${host.token}` },
  });
  socket.on('message', (data: Buffer) => {
    const text = data.toString('utf8');
    if (text === 'PING') return socket.send('PONG');
    expect(text).not.toMatch(leaksStack);
    const answer = JSON.parse(text) as Answer;
    waiting.get(answer.id ?? -1)?.(answer);
    return undefined;
  });
  await once(socket, 'open');
  cut = once(socket, 'close').then(([code]: number[]) => {
    throw new Error(`the host closed the connection with ${code}`);
  });
  cut.catch(() => undefined);
});
afterAll(async () => {
  socket.terminate();
  await host.close();
});

/** At run time a router's procedures are flat: functions by path, each with its definition. */
const Procedures = z.record(
  z.string(),
  z.custom<{ _def: unknown }>((value) => typeof value === 'function' && '_def' in value),
);
const Definition = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  inputs: z.array(z.instanceof(z.ZodType)).max(1),
});
interface Procedure {
  readonly path: string;
  readonly type: z.infer<typeof Definition>['type'];
  readonly input: z.ZodType | undefined;
}
const procedures = Object.entries(Procedures.parse(appRouter._def.procedures)).map(([path, { _def }]): Procedure => {
  const { type, inputs } = Definition.parse(_def);
  return { path, type, input: inputs[0] };
});

/** Bounds what a lucky input may start: a pool of 64 workers would fuzz the machine, not the API. */
function tamed(path: string, input: unknown): unknown {
  if (path === 'settings.update' || path === 'pool.resize') return hasNumbers(input) ? { min: 2, max: 1 } : input;
  if (path === 'providers.set' && typeof input === 'object' && input !== null) return { ...input, id: 'fuzzed' };
  return input;
}

function hasNumbers(input: unknown): boolean {
  return typeof input === 'object' && input !== null && Object.values(input).some((part) => typeof part === 'number');
}

function inputsFor({ path, input }: Procedure): fc.Arbitrary<unknown> {
  if (input === undefined) return hostile;
  const valid = fitting(input, ids).map((value) => tamed(path, value));
  return fc.oneof(
    { weight: 3, arbitrary: valid },
    { weight: 5, arbitrary: nearly(valid).map((value) => tamed(path, value)) },
    { weight: 2, arbitrary: hostile.map((value) => tamed(path, value)) },
  );
}

/** Bad input is the caller's fault, never a defect; a subscription that has started is ended again. */
function judge(path: string, input: unknown, answer: Answer): void {
  const { error } = answer;
  if (error?.data.code !== 'BAD_REQUEST') reached.add(path);
  if (error === undefined) return;
  const about = `${path} ${JSON.stringify(input)?.slice(0, 500)}: ${error.message.slice(0, 300)}`;
  expect(error.data.code, about).not.toBe('INTERNAL_SERVER_ERROR');
  expect(error.data.httpStatus, about).toBeLessThan(500);
  expect(error.message, about).toMatch(/\S/u);
}

async function overHttp({ path, type }: Procedure, input: unknown): Promise<void> {
  const body = JSON.stringify(input);
  const url = `/trpc/${path}`;
  const response =
    type === 'mutation'
      ? await host.http(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      : await host.http(`${url}?input=${encodeURIComponent(wellFormed(body)).slice(0, 12_000)}`);
  const text = await response.text();
  expect(text).not.toMatch(leaksStack);
  expect(response.status, text.slice(0, 500)).toBeLessThan(500);
  if (response.headers.get('content-type')?.includes('json') === true) judge(path, input, JSON.parse(text) as Answer);
}

/** A URL cannot hold half a character; JSON writes it out. */
function wellFormed(json: string): string {
  return json.toWellFormed();
}

/** Procedures that an input got through to: a generator whose inputs all break the schema would test the schema alone. */
const reached = new Set<string>();

let nextId = 0;
async function overSocket({ path, type }: Procedure, input: unknown): Promise<void> {
  nextId += 1;
  const id = nextId;
  const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
  socket.send(JSON.stringify({ id, method: type, params: { path, input } }));
  const answer = await Promise.race([answered, cut]);
  waiting.delete(id);
  if (type === 'subscription') socket.send(JSON.stringify({ id, method: 'subscription.stop' }));
  judge(path, input, answer);
}

describe('any input', () => {
  test.each(procedures)('$path', async (procedure) => {
    const carriers = procedure.type === 'subscription' ? [overSocket] : [overHttp, overSocket];
    for (const carry of carriers) {
      await fc.assert(
        fc.asyncProperty(inputsFor(procedure), (input) => carry(procedure, input)),
        { seed, numRuns: runsOf(procedure.path) },
      );
    }
    await assertWell(host);
  });

  test('gets through to the procedures', () => {
    // The first is kept from changing the pool here; the second refuses whatever is no actor, however well-formed.
    const kept = new Set(['pool.resize', 'actors.send']);
    expect(procedures.map(({ path }) => path).filter((path) => !reached.has(path) && !kept.has(path))).toEqual([]);
  });

  test('leaves the counts of the pool equal to the rows', async () => {
    const open = ['blocked', 'delayed', 'waiting', 'active'];
    // Some jobs still run: both sides are read until they have come to rest together.
    await expect
      .poll(
        async () => {
          const { lanes } = await host.client.pool.get.query();
          const rows = rowsOf(host.dataDir, 'SELECT lane, state, count(*) AS n FROM llm_jobs GROUP BY lane, state');
          const counted = z.array(z.object({ lane: z.string(), state: z.string(), n: z.number() })).parse(rows);
          const told = Object.entries(lanes).flatMap(([lane, counts]) =>
            Object.entries(counts).map(([state, n]) => ({ lane, state, n })),
          );
          const inRows = counted.filter(({ state }) => open.includes(state));
          const differing = told.filter(
            ({ lane, state, n }) => n !== (inRows.find((row) => row.lane === lane && row.state === state)?.n ?? 0),
          );
          return differing;
        },
        { timeout: 20_000, interval: 200 },
      )
      .toEqual([]);
    expect(rowsOf(host.dataDir, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });
});
