/**
 * The lists of the side thread without the thread: which jobs a filter finds and where it looks, how their ids are packed, what
 * a line shows, and which lists are kept. `job-lists.test.ts` has the same through the thread, with thousands of rows.
 */
import { describe, expect, it } from 'vitest';
import { JobLists, type JobListAnswer, type JobListRequest } from '../../db/jobs/job-lists.ts';
import { jobLineReader } from '../../db/jobs/job-lines.ts';
import { addTextSearch, startJobWalk } from '../../db/jobs/job-walk.ts';
import { PackedIds } from '../../db/jobs/packed-ids.ts';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { AgentId, ConversationId, JobId, MessageId } from '../../src/protocol/ids.ts';
import { jobStates } from '../../src/protocol/job.ts';
import type { JobListFilter } from '../../src/protocol/queue.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';

const agentId = `agent_${'1'.padStart(26, '0')}` as AgentId;
const conversationId = `conv_${'1'.padStart(26, '0')}` as ConversationId;
const messageId = `msg_${'1'.padStart(26, '0')}` as MessageId;

/** These rows, numbered in their order, as a disposable. */
function jobsOf(...rows: Partial<JobRow>[]) {
  const folder = dataFolder();
  const store = openFolder(folder.path, { synchronous: 'NORMAL' });
  store.begin();
  for (const [n, row] of rows.entries()) store.jobs.insert(blankRow({ id: jobIdOf(n), ...row }));
  store.commit();
  const { sqlite } = store;
  addTextSearch(sqlite);
  return {
    sqlite,
    store,
    /** The numbers of the jobs that fit, in the order found. */
    fitting(filter: JobListFilter): number[] {
      const ids = new PackedIds();
      expect(startJobWalk(sqlite, filter).goOn(ids, Date.now() + 60_000)).toBe(true);
      return all(ids).map(numberOf);
    },
    [Symbol.dispose]: () => {
      store.close();
      folder[Symbol.dispose]();
    },
  };
}

const numberOf = (id: JobId): number => Number(id.slice(-8));
const all = (ids: PackedIds): JobId[] =>
  Array.from({ length: ids.length }, (_, place) => ids.at(place) ?? ('?' as JobId));

function packed(...numbers: number[]): PackedIds {
  const ids = new PackedIds();
  for (const n of numbers) ids.push(jobIdOf(n));
  return ids;
}

/** A question of a conversation, with an agent; the jobs' `data` for it. */
function chat(more: { agentId?: AgentId; conversationId?: ConversationId } = {}): JobRow['data'] {
  return { kind: 'chat', messageId, agentId, conversationId, model: 'openai/m', ...more };
}

/** What the tables of the chat have of it. */
function addQuestion({ sqlite }: ReturnType<typeof jobsOf>, text: string): void {
  sqlite.pragma('foreign_keys = OFF');
  /** What is not given and has no default is 0 or empty. */
  const insert = (table: string, row: Record<string, string | number>): void => {
    const columns = sqlite.prepare<[string], { name: string; type: string; must: 0 | 1 }>(
      'SELECT name, type, "notnull" AND dflt_value IS NULL AS must FROM pragma_table_info(?)',
    );
    const blank = columns.all(table).filter(({ must }) => must === 1);
    const whole = {
      ...Object.fromEntries(blank.map(({ name, type }) => [name, type === 'INTEGER' ? 0 : ''] as const)),
      ...row,
    };
    const names = Object.keys(whole);
    const sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
    sqlite.prepare(sql).run(...Object.values(whole));
  };
  insert('conversations', {
    id: conversationId,
    agent_id: agentId,
    title: 'A talk',
    titled: 1,
    created_at: 1,
    updated_at: 1,
  });
  const message = { conversation_id: conversationId, role: 'user', status: 'complete', created_at: 1 };
  insert('messages', { ...message, id: messageId, text, position: 'a' });
  insert('messages', { ...message, id: `${messageId}x`, text: 'Something else.', position: 'b' });
}

describe('packed ids', () => {
  it('come back as they went in, however many', () => {
    const numbers = Array.from({ length: 300 }, (_, n) => n * 3);
    const ids = packed(...numbers);
    expect(ids.length).toBe(300);
    expect(all(ids).map(numberOf)).toEqual(numbers);
    expect(ids.at(0)).toBe(jobIdOf(0));
    expect([ids.at(-1), ids.at(300)]).toEqual([undefined, undefined]);
    expect(new PackedIds().at(0)).toBeUndefined();
  });

  it('tell how many are in one of two only, wherever they stand', () => {
    const differences = (here: number[], there: number[]) => {
      const { onlyHere, onlyThere } = packed(...here).differences(packed(...there));
      return [onlyHere, onlyThere];
    };
    expect(differences([1, 2, 3], [1, 2, 3])).toEqual([0, 0]);
    expect(differences([1, 3, 5, 7], [2, 3, 7, 8, 9])).toEqual([2, 3]);
    expect(differences([5], [1, 2, 3, 5])).toEqual([0, 3]);
    expect(differences([1, 2, 3, 5], [5])).toEqual([3, 0]);
    expect(differences([], [4, 6])).toEqual([0, 2]);
    expect(differences([4, 6], [])).toEqual([2, 0]);
    expect(differences([1, 9], [8])).toEqual([2, 1]);
  });
});

describe('a walk', () => {
  it('finds the jobs of each state, each lane and each provider, oldest first', () => {
    using jobs = jobsOf(
      ...jobStates.map((state) => ({ state, phase: state === 'active' ? ('starting' as const) : null })),
      { lane: 'high' },
      { provider: 'other' },
    );
    for (const [n, state] of jobStates.entries()) {
      const others = state === 'waiting' ? [jobStates.length, jobStates.length + 1] : [];
      expect(jobs.fitting({ state })).toEqual([n, ...others]);
    }
    expect(jobs.fitting({})).toEqual(Array.from({ length: jobStates.length + 2 }, (_, n) => n));
    expect(jobs.fitting({ lane: 'high' })).toEqual([jobStates.length]);
    expect(jobs.fitting({ provider: 'other', state: 'waiting' })).toEqual([jobStates.length + 1]);
    expect(jobs.fitting({ provider: 'other', state: 'failed' })).toEqual([]);
  });

  it('seeks the jobs at rest or under way in the index of their state', () => {
    using jobs = jobsOf();
    const plans: string[] = [];
    const watched = {
      prepare: (sql: string) => {
        if (sql.includes('llm_jobs j')) {
          const nothing = Array.from({ length: sql.split('?').length - 1 }, () => null);
          const steps = jobs.sqlite.prepare<null[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...nothing);
          plans.push(steps.map(({ detail }) => detail).join('; '));
        }
        return jobs.sqlite.prepare(sql);
      },
    };
    const seen = jobStates.map((state) => {
      startJobWalk(Object.assign(Object.create(jobs.sqlite) as typeof jobs.sqlite, watched), { state });
      return `${state}: ${/INDEX (llm_jobs_\w+)/u.exec(plans.at(-1) ?? '')?.[1] ?? 'none'}`;
    });
    const indexed = ['blocked', 'active', 'completed', 'failed', 'cancelled'];
    expect(seen.filter((line) => !line.endsWith('none')).toSorted()).toEqual(
      indexed.map((state) => `${state}: llm_jobs_${state}`).toSorted(),
    );
  });

  it('finds those of an agent or a conversation, past a row whose JSON is damaged', () => {
    const other = { agentId: `agent_${'2'.padStart(26, '0')}` as AgentId };
    const elsewhere = { conversationId: `conv_${'2'.padStart(26, '0')}` as ConversationId };
    using jobs = jobsOf({ data: chat() }, {}, { data: chat(other) }, { data: chat(elsewhere) }, { data: chat() });
    jobs.sqlite.prepare("UPDATE llm_jobs SET data = '{' WHERE id = ?").run(jobIdOf(1));
    expect(jobs.fitting({ agentId })).toEqual([0, 3, 4]);
    expect(jobs.fitting({ conversationId })).toEqual([0, 2, 4]);
    expect(jobs.fitting({ conversationId, agentId })).toEqual([0, 4]);
  });

  it('looks for a text in the name, the reason, the question and the prompt, in any case', () => {
    const prompt = (...contents: string[]): JobRow['data'] => ({
      kind: 'prompt',
      model: 'demo/demo',
      messages: contents.map((content) => ({ role: 'user', content })),
      params: {},
      readsResults: false,
    });
    using jobs = jobsOf(
      { name: 'Große Übersetzung' },
      { failedReason: 'Überlastet' },
      { data: chat() },
      { data: prompt('nothing', 'of interest', 'but ÜBERALL') },
      { data: prompt('nothing') },
    );
    addQuestion(jobs, 'What is überhaupt a moon?');
    jobs.sqlite.prepare("UPDATE llm_jobs SET data = '{' WHERE id = ?").run(jobIdOf(4));
    expect(jobs.fitting({ text: 'ÜBER' })).toEqual([0, 1, 2, 3]);
    expect(jobs.fitting({ text: 'überall' })).toEqual([3]);
    expect(jobs.fitting({ text: 'something else' })).toEqual([]);
    expect(jobs.fitting({ text: 'of interest' })).toEqual([3]);
    expect(jobs.fitting({ text: '%' })).toEqual([]);
    expect(jobs.fitting({ text: 'über', state: 'failed' })).toEqual([]);
    const folds = jobs.sqlite.prepare<unknown[], number>('SELECT folds_in(?, ?)').pluck();
    expect([folds.get('AB', 'b'), folds.get('AB', 'c'), folds.get(null, 'c'), folds.get('c', null)]).toEqual([
      1, 0, 0, 0,
    ]);
  });

  it('rests after a stretch of 2,000 rows when its time is over, and goes on behind it', () => {
    using jobs = jobsOf(...Array.from({ length: 4_001 }, () => ({})));
    const ids = new PackedIds();
    const walk = startJobWalk(jobs.sqlite, {});
    expect([walk.goOn(ids, 0), ids.length]).toEqual([false, 2_000]);
    expect([walk.goOn(ids, 0), ids.length]).toEqual([false, 4_000]);
    expect([walk.goOn(ids, 0), ids.length]).toEqual([true, 4_001]);
    expect(all(ids).map(numberOf)).toEqual(Array.from({ length: 4_001 }, (_, n) => n));
    const atOnce = new PackedIds();
    expect([startJobWalk(jobs.sqlite, {}).goOn(atOnce, Date.now() + 60_000), atOnce.length]).toEqual([true, 4_001]);
  });
});

describe('a line', () => {
  it('has what the table shows, with names from the chat and figures of the last attempt', () => {
    using jobs = jobsOf({
      data: chat(),
      state: 'completed',
      lane: 'medium',
      provider: 'openai',
      attemptsStarted: 2,
      attemptsMade: 1,
      maxAttempts: 3,
      timestamp: 11,
      processedOn: 13,
      finishedOn: 17,
      failedReason: 'x'.repeat(400),
      returnvalue: {
        finishReason: 'stop',
        text: 'Yes.',
        omittedMessages: 0,
        usage: { inputTokens: 7, outputTokens: 5, estimated: false },
        model: 'm',
      },
    });
    addQuestion(jobs, 'q'.repeat(200));
    const usage = jobs.sqlite.prepare(
      'INSERT INTO usage (job_id, attempt, provider, model, input_tokens, output_tokens, estimated, at, wait_ms) VALUES (?, ?, ?, ?, 1, 1, 0, 1, ?)',
    );
    usage.run(jobIdOf(0), 1, 'openai', 'm', 100);
    usage.run(jobIdOf(0), 2, 'openai', 'm', 200);
    expect(jobLineReader(jobs.sqlite)(jobIdOf(0))).toMatchObject({
      id: jobIdOf(0),
      state: 'completed',
      lane: 'medium',
      model: 'openai/m',
      agentId,
      conversationId,
      conversationTitle: 'A talk',
      words: 'q'.repeat(160),
      attemptsStarted: 2,
      attemptsMade: 1,
      maxAttempts: 3,
      createdAt: 11,
      waitedMs: 200,
      processedOn: 13,
      finishedOn: 17,
      inputTokens: 7,
      outputTokens: 5,
      error: 'x'.repeat(300),
      heldByFailure: false,
    });
  });

  it('names the model that answers in place of another, and who holds it back; without a question it has the prompt', () => {
    using jobs = jobsOf(
      { fallbackModel: 'demo/other', heldDependencies: 1, openDependencies: 2 },
      { data: chat() },
      {},
    );
    jobs.sqlite.prepare("UPDATE llm_jobs SET data = '{', returnvalue = '[' WHERE id = ?").run(jobIdOf(2));
    const read = jobLineReader(jobs.sqlite);
    expect(read(jobIdOf(0))).toMatchObject({
      model: 'demo/other',
      words: 'a question',
      heldByFailure: true,
      openDependencies: 2,
      agentId: null,
      waitedMs: null,
    });
    expect(read(jobIdOf(1))).toMatchObject({ words: '', conversationTitle: null, heldByFailure: false });
    expect(read(jobIdOf(2))).toMatchObject({ words: '', model: 'demo/?', agentId: null, inputTokens: null });
    expect(read(jobIdOf(9))).toBeNull();
  });
});

describe('the lists', () => {
  /** The answers as `JobLists` gives them. */
  function listsOf(jobs: ReturnType<typeof jobsOf>, keptIds?: number) {
    const lists = new JobLists(jobs.sqlite, keptIds);
    const answer = (request: JobListRequest): JobListAnswer => lists.answer(request);
    return {
      answer,
      walk: (listId: string, filter: JobListFilter = {}) => answer({ ask: 'walk', listId, filter }),
      ids: (listId: string, from = 0, limit = 100) => {
        const given = answer({ ask: 'ids', listId, from, limit });
        return given.is === 'ids' ? given.ids.map(numberOf) : given.is;
      },
    };
  }

  it('keep their places, and tell what is new', () => {
    using jobs = jobsOf({}, { state: 'failed' }, {}, {});
    const lists = listsOf(jobs);
    expect(lists.walk('list_1', { state: 'waiting' })).toEqual({ is: 'list', total: 3, whole: true });
    jobs.store.begin();
    for (const n of [7, 8]) jobs.store.jobs.insert(blankRow({ id: jobIdOf(n) }));
    jobs.store.retention.remove(jobIdOf(2));
    jobs.store.commit();
    const news = (): JobListAnswer => lists.answer({ ask: 'news', listId: 'list_1' });
    expect(news()).toEqual({ is: 'news', news: { added: 2, gone: 1 } });
    jobs.store.begin();
    jobs.store.retention.remove(jobIdOf(7));
    jobs.store.commit();
    // Counted anew, from the list as it was made.
    expect(news()).toEqual({ is: 'news', news: { added: 1, gone: 1 } });
    expect(lists.ids('list_1')).toEqual([0, 2, 3]);
    expect(lists.ids('list_1', 1, 1)).toEqual([2]);
    expect(lists.ids('list_1', 3, 5)).toEqual([]);
    const lines = lists.answer({ ask: 'lines', listId: 'list_1', from: 0, limit: 2 });
    expect(lines).toMatchObject({ is: 'lines', lines: [{ id: jobIdOf(0) }, null] });
    expect(lists.walk('list_1')).toEqual({ is: 'list', total: 3, whole: true });
  });

  it('of whom nobody has heard are gone', () => {
    using jobs = jobsOf({});
    const lists = listsOf(jobs);
    expect(lists.answer({ ask: 'news', listId: 'list_1' })).toEqual({ is: 'gone' });
    expect(lists.answer({ ask: 'lines', listId: 'list_1', from: 0, limit: 1 })).toEqual({ is: 'gone' });
    expect(lists.ids('list_1')).toBe('gone');
  });

  it('are kept up to sixteen; those that were not used for the longest time go first', () => {
    using jobs = jobsOf({});
    const lists = listsOf(jobs);
    for (let n = 0; n < 16; n += 1) lists.walk(`list_${n}`);
    expect(lists.ids('list_0')).toEqual([0]);
    lists.walk('list_16');
    expect(lists.ids('list_1')).toBe('gone');
    expect([0, 2, 16].map((n) => lists.ids(`list_${n}`))).toEqual([[0], [0], [0]]);
    lists.walk('list_17');
    lists.walk('list_18');
    expect([3, 4].map((n) => lists.ids(`list_${n}`))).toEqual(['gone', 'gone']);
    expect([0, 2, 5].map((n) => lists.ids(`list_${n}`))).toEqual([[0], [0], [0]]);
  });
  it('are kept up to a number of ids of all together, and the last one in any case', () => {
    using jobs = jobsOf({}, {}, {});
    const lists = listsOf(jobs, 6);
    const kept = () => ['a', 'b', 'c'].filter((listId) => lists.ids(listId) !== 'gone');
    for (const listId of ['a', 'b']) lists.walk(listId);
    expect(kept()).toEqual(['a', 'b']);
    lists.walk('c');
    expect(kept()).toEqual(['b', 'c']);
    const few = listsOf(jobs, 2);
    for (const listId of ['a', 'b']) few.walk(listId);
    expect(['a', 'b'].map((listId) => few.ids(listId))).toEqual(['gone', [0, 1, 2]]);
  });
});
