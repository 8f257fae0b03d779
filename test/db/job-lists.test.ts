/** Lists of jobs in the real side thread: what is in them, and that their places hold. */
import { afterEach, describe, expect, it } from 'vitest';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import { openSideThread, type SideThread } from '../../db/side-thread/side-thread.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId, ConversationId, MessageId } from '../../src/protocol/ids.ts';
import { jobStates, lanes } from '../../src/protocol/job.ts';
import type { JobListFilter } from '../../src/protocol/queue.ts';
import { sideThreadEntry } from '../support/built.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

function open(): { store: Store; lists: SideThread['jobLists'] } {
  const folder = dataFolder();
  const store = openFolder(folder.path);
  const side = openSideThread({
    store,
    entry: sideThreadEntry,
    after: () => () => undefined,
    warn: (message, fields) => {
      throw new Error(`${message} ${JSON.stringify(fields)}`);
    },
  });
  cleanUps.push(async () => {
    await side.close();
    store.close();
    folder[Symbol.dispose]();
  });
  return { store, lists: side.jobLists };
}

function commit(store: Store, rows: readonly JobRow[]): void {
  store.begin();
  for (const row of rows) store.jobs.insert(row);
  store.commit();
}

const agent = (n: number) => `agent_${String(n).padStart(26, '0')}` as AgentId;
const conversation = (n: number) => `conv_${String(n).padStart(26, '0')}` as ConversationId;
const messageId = 'msg_00000000000000000000000001' as MessageId;

/** More than two stretches of the walk. */
const rows = Array.from({ length: 4_500 }, (_, n) =>
  blankRow({
    id: jobIdOf(n),
    name: n % 50 === 0 ? 'Übersetzung' : 'test',
    state: jobStates[n % jobStates.length] ?? 'waiting',
    lane: lanes[n % 3] ?? 'low',
    provider: n % 5 < 3 ? 'demo' : 'openai',
    failedReason: n % 40 === 0 ? 'The model is OVERLOADED.' : null,
    ...(n % 4 === 0
      ? {
          data: {
            kind: 'chat' as const,
            conversationId: conversation(n % 7),
            messageId,
            agentId: agent(n % 5),
            model: 'demo/demo',
          },
        }
      : {}),
  }),
);

const chat = ({ data }: JobRow) => (data.kind === 'chat' ? data : undefined);
const cases: [JobListFilter, (row: JobRow) => boolean][] = [
  [{}, () => true],
  ...jobStates.map((state): [JobListFilter, (row: JobRow) => boolean] => [{ state }, (row) => row.state === state]),
  [{ lane: 'high' }, (row) => row.lane === 'high'],
  [{ provider: 'openai', state: 'failed' }, (row) => row.provider === 'openai' && row.state === 'failed'],
  [{ agentId: agent(3) }, (row) => chat(row)?.agentId === agent(3)],
  [
    { conversationId: conversation(2), lane: 'low' },
    (row) => row.lane === 'low' && chat(row)?.conversationId === conversation(2),
  ],
  [{ text: 'überSETZ' }, ({ name }) => name === 'Übersetzung'],
  [{ text: 'overloaded', state: 'failed' }, (row) => row.failedReason !== null && row.state === 'failed'],
  [{ text: 'a QUESTION' }, ({ data }) => data.kind === 'prompt'],
  [{ text: '100%_sure' }, () => false],
];

describe('a list of jobs', () => {
  it.each(cases)('holds what fits %o, oldest first', async (filter, fits) => {
    const { store, lists } = open();
    commit(store, rows);
    const wanted = rows.filter(fits).map(({ id }) => id);
    expect(await lists.open('list_1', filter)).toBe(wanted.length);
    expect(await lists.ids('list_1', 0, rows.length)).toEqual(wanted);
  });

  it('keeps its places while jobs come, change and go, and tells what is new', async () => {
    const { store, lists } = open();
    commit(store, rows.slice(0, 100));
    const failed = rows.slice(0, 100).filter(({ state }) => state === 'failed');
    await lists.open('list_1', { state: 'failed' });
    const [first, second] = failed;
    if (first === undefined || second === undefined) throw new Error('too few rows');
    store.begin();
    store.jobs.insert(blankRow({ id: jobIdOf(9_000), state: 'failed' }));
    store.jobs.write({ ...first, state: 'waiting', version: 1 }, 0);
    store.retention.remove(second.id);
    store.commit();
    const lines = await lists.lines('list_1', 0, 200);
    expect(lines).toHaveLength(failed.length);
    expect(lines?.[0]).toMatchObject({ id: first.id, state: 'waiting' });
    expect(lines?.[1]).toBeNull();
    expect(await lists.news('list_1')).toEqual({ added: 1, gone: 2 });
  });

  it('shows of a line what the table needs, also of a row whose JSON is damaged', async () => {
    const { store, lists } = open();
    const failure = 'It was rate-limited.';
    commit(store, [
      blankRow({ id: jobIdOf(1), attemptsStarted: 2, failedReason: failure, heldDependencies: 1 }),
      blankRow({ id: jobIdOf(2) }),
    ]);
    store.sqlite.prepare("UPDATE llm_jobs SET data = '{', returnvalue = '[' WHERE id = ?").run(jobIdOf(2));
    await lists.open('list_1', {});
    const [line, damaged] = (await lists.lines('list_1', 0, 2)) ?? [];
    expect(line).toMatchObject({ words: 'a question', model: 'demo/demo', error: failure, heldByFailure: true });
    expect(damaged).toMatchObject({ id: jobIdOf(2), words: '', agentId: null, inputTokens: null });
    expect(await lists.open('list_2', { text: 'question' })).toBe(1);
  });

  it('reads past its end nothing, and of a list that is not kept nothing at all', async () => {
    const { store, lists } = open();
    commit(store, rows.slice(0, 10));
    await lists.open('list_1', {});
    expect(await lists.ids('list_1', 8, 10)).toEqual([jobIdOf(8), jobIdOf(9)]);
    expect(await lists.lines('list_1', 10, 10)).toEqual([]);
    expect(await lists.lines('list_9', 0, 10)).toBeUndefined();
    expect(await lists.news('list_9')).toBeUndefined();
  });

  it('gives way to newer ones', async () => {
    const { store, lists } = open();
    commit(store, rows.slice(0, 10));
    for (let n = 0; n < 20; n += 1) await lists.open(`list_${n}`, {});
    expect(await lists.ids('list_0', 0, 1)).toBeUndefined();
    expect(await lists.ids('list_19', 0, 1)).toEqual([jobIdOf(0)]);
  });

  it('lets other reads pass while it is made', async () => {
    const { store, lists } = open();
    commit(
      store,
      Array.from({ length: 40_000 }, (_, n) => blankRow({ id: jobIdOf(n) })),
    );
    await lists.open('small', { state: 'failed' });
    const done: string[] = [];
    const long = lists.open('long', { text: 'question' }).then(() => done.push('long'));
    await lists.ids('small', 0, 1).then(() => done.push('short'));
    await long;
    expect(done).toEqual(['short', 'long']);
  });
});
