/** Goals as the database has them, query by query: their rows, their jobs, what happened to them, what was delivered. */
import { describe, expect, it } from 'vitest';
import { goalColumns, goalSnapshot } from '../../db/goals/goal-row.ts';
import type { GoalEventRow, GoalJobRow, GoalRow } from '../../db/goals.model.ts';
import { goalStates } from '../../src/protocol/goals.ts';
import type { AgentId, JobId, MessageId } from '../../src/protocol/ids.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';
import {
  blankGoalRow,
  blankTaskRow,
  conversationIdOf,
  goalIdOf,
  insertConversations,
  taskIdOf,
} from '../support/goal-rows.ts';
import { jobIdOf } from '../support/job-rows.ts';

/** With the conversations 0 and 1. */
function open() {
  const folder = dataFolder();
  const store = openFolder(folder.path, { synchronous: 'NORMAL' });
  insertConversations(store, [0, 1]);
  const close = (): void => {
    store.close();
    folder[Symbol.dispose]();
  };
  return { ...store, [Symbol.dispose]: close };
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

/** In every column another value than `blankGoalRow` has. */
const changed: Omit<GoalRow, 'id'> = {
  conversationId: conversationIdOf(1),
  messageId: 'msg_b' as MessageId,
  title: 'Another one',
  intention: 'Do something else.',
  options: { ...blankGoalRow(0).options, automatic: true },
  agentIds: ['agent_b' as AgentId],
  plannerId: 'agent_b' as AgentId,
  reviewerId: 'agent_c' as AgentId,
  demo: { tokens: 3 },
  state: 'paused',
  resumesTo: 'working',
  pauseReason: 'cost',
  failure: 'a failure',
  planTries: 1,
  deliverTries: 2,
  problem: 'a problem',
  activeSince: 3,
  activeMs: 4,
  endedAt: 5,
  planNote: 'shorter',
  refusedPlan: '{}',
  jobId: 'job_a' as JobId,
  lastJobId: 'job_b' as JobId,
  taskCounts: { waiting: 6 },
  measuredMs: [7],
  burnTokens: 8,
  burnCostMicros: 9,
  inFlightTokens: 10,
  inFlightCostMicros: 11,
  timeCapAt: 12,
  hasDeliverable: true,
  createdAt: 13,
  updatedAt: 14,
  version: 15,
  machineVersion: 16,
};

describe('the row of a goal', () => {
  it('is read as it was written, and a write leaves alone what stays', () => {
    using store = open();
    const [first, second] = [blankGoalRow(1), blankGoalRow(2, changed)];
    for (const row of [first, second]) store.goals.insert(row);
    expect([store.goals.get(first.id), store.goals.get(second.id)]).toEqual([first, second]);
    expect(store.goals.get(goalIdOf(3))).toBeUndefined();

    store.goals.write({ ...changed, id: first.id }, 0);
    const { conversationId, messageId, intention, demo, createdAt, machineVersion } = first;
    const fixed = { conversationId, messageId, intention, demo, createdAt, machineVersion };
    expect(store.goals.get(first.id)).toEqual({ ...changed, ...fixed, id: first.id });
    expect(store.goals.get(second.id)).toEqual(second);
  });

  it('is not written over what the writer has not seen', () => {
    using store = open();
    const row = blankGoalRow(1, { version: 4 });
    store.goals.insert(row);
    for (const seen of [3, 5]) {
      const write = (): void => store.goals.write({ ...row, title: 'late', version: 5 }, seen);
      expect(write).toThrow(`${row.id} is not at version ${seen} any more`);
      expect(write).toThrow(expect.objectContaining({ name: 'GoalVersionMiss' }));
    }
    expect(() => store.goals.write(blankGoalRow(2), 4)).toThrow(goalIdOf(2));
    expect(store.goals.get(row.id)).toEqual(row);
  });

  it("is the machine's snapshot in another form", () => {
    const { state, ...context } = goalColumns(goalSnapshot({ ...blankGoalRow(1), ...changed }));
    expect({ state, ...context }).toEqual({
      state: 'paused',
      resumesTo: 'working',
      pauseReason: 'cost',
      failure: 'a failure',
      planTries: 1,
      deliverTries: 2,
      problem: 'a problem',
      activeSince: 3,
      activeMs: 4,
      endedAt: 5,
    });
  });

  it('goes with all that belongs to it, and with nothing of another', () => {
    using store = open();
    for (const n of [0, 1]) {
      const goalId = goalIdOf(n);
      store.goals.insert(blankGoalRow(n));
      store.tasks.insert(blankTaskRow(n, { goalId }));
      store.goals.insertJob(jobOf(n, { goalId }));
      store.goals.appendEvent(eventOf(n, goalId));
      store.goals.setArtefacts(goalId, [{ name: 'a.md', text: 'x' }]);
    }
    store.goals.remove(goalIdOf(0));
    const left = (n: number): number[] => [
      store.goals.get(goalIdOf(n)) === undefined ? 0 : 1,
      store.tasks.ofGoal(goalIdOf(n)).length,
      store.goals.jobs(goalIdOf(n)).length,
      store.goals.eventsBefore(goalIdOf(n), 100, 10).length,
      store.goals.artefacts(goalIdOf(n)).length,
    ];
    expect([left(0), left(1)]).toEqual([
      [0, 0, 0, 0, 0],
      [1, 1, 1, 1, 1],
    ]);
  });
});

describe('the lists of goals', () => {
  it('have those of one conversation, and the newest before one', () => {
    using store = open();
    for (const [n, conversation] of [
      [3, 0],
      [1, 0],
      [4, 1],
      [2, 0],
    ] as const)
      store.goals.insert(blankGoalRow(n, { conversationId: conversationIdOf(conversation) }));
    const [here, there] = [conversationIdOf(0), conversationIdOf(1)];
    expect(idsOf(store.goals.ofConversation(here))).toEqual([1, 2, 3].map(goalIdOf));
    expect(idsOf(store.goals.newest('~', 10))).toEqual([4, 3, 2, 1].map(goalIdOf));
    expect(idsOf(store.goals.newest(goalIdOf(4), 2))).toEqual([3, 2].map(goalIdOf));
    expect(idsOf(store.goals.newestOfConversation(here, '~', 10))).toEqual([3, 2, 1].map(goalIdOf));
    expect(idsOf(store.goals.newestOfConversation(here, goalIdOf(3), 1))).toEqual([goalIdOf(2)]);
    expect(idsOf(store.goals.newestOfConversation(there, '~', 10))).toEqual([goalIdOf(4)]);
    expect(store.goals.anyOfConversation(there)).toBe(goalIdOf(4));
    expect(store.goals.anyOfConversation(conversationIdOf(2))).toBeUndefined();
  });

  it('leave out those of a removed conversation, which are found by their ids', () => {
    using store = open();
    for (const n of [0, 1]) store.goals.insert(blankGoalRow(n, { conversationId: conversationIdOf(n) }));
    store.sqlite.prepare('UPDATE conversations SET removed_at = 5 WHERE id = ?').run(conversationIdOf(1));
    expect(idsOf(store.goals.newest('~', 10))).toEqual([goalIdOf(0)]);
    expect(idsOf(store.goals.newestOfConversation(conversationIdOf(1), '~', 10))).toEqual([]);
    expect(idsOf(store.goals.newestOfConversation(conversationIdOf(0), '~', 10))).toEqual([goalIdOf(0)]);
    expect(idsOf(store.goals.ofConversation(conversationIdOf(1)))).toEqual([goalIdOf(1)]);
    expect(store.goals.get(goalIdOf(1))?.id).toBe(goalIdOf(1));
  });

  it('have as open those that are not at rest', () => {
    using store = open();
    for (const [n, state] of goalStates.toReversed().entries()) {
      store.goals.insert(blankGoalRow(n, { state }));
      store.goals.insert(blankGoalRow(n + 10, { state, conversationId: conversationIdOf(1) }));
    }
    const isOpen = (id: string): boolean => {
      const state = store.goals.get(goalIdOf(Number(id.slice(-4))))?.state;
      return state !== 'delivered' && state !== 'failed' && state !== 'cancelled';
    };
    const here = goalStates.map((_, n) => goalIdOf(n)).filter(isOpen);
    const there = goalStates.map((_, n) => goalIdOf(n + 10)).filter(isOpen);
    expect([here.length, there.length]).toEqual([5, 5]);
    expect(store.goals.openIds()).toEqual([...here, ...there]);
    expect(store.goals.openOfConversation(conversationIdOf(1))).toEqual(there);
    const newest = [...here, ...there].toReversed();
    expect(idsOf(store.goals.newestOpen('~', 20))).toEqual(newest);
    expect(idsOf(store.goals.newestOpen(newest[0] ?? '', 2))).toEqual(newest.slice(1, 3));
  });
});

describe('the time of goals', () => {
  it('is used up at its end, the longest first', () => {
    using store = open();
    for (const [n, timeCapAt] of [
      [1, 30],
      [2, 10],
      [3, null],
      [4, 20],
      [5, 31],
    ] as const)
      store.goals.insert(blankGoalRow(n, { timeCapAt }));
    expect(store.goals.overtime(30, 10)).toEqual([2, 4, 1].map(goalIdOf));
    expect(store.goals.overtime(30, 2)).toEqual([2, 4].map(goalIdOf));
    expect(store.goals.overtime(9, 10)).toEqual([]);
  });

  it('moves with the clock where it runs', () => {
    using store = open();
    const rows = [
      blankGoalRow(1, { state: 'working', activeSince: 100, timeCapAt: 500, version: 3 }),
      blankGoalRow(2, { state: 'planning', activeSince: 200 }),
      // Neither waits for a person nor at rest.
      blankGoalRow(3, { state: 'paused', timeCapAt: 500 }),
      blankGoalRow(4, { state: 'delivered', activeSince: 100, timeCapAt: 500 }),
    ];
    for (const row of rows) store.goals.insert(row);
    store.goals.shiftTimes(40);
    const [working, planning, ...still] = rows;
    expect(rows.map(({ id }) => store.goals.get(id))).toEqual([
      { ...working, activeSince: 140, timeCapAt: 540, version: 4 },
      { ...planning, activeSince: 240, version: 1 },
      ...still,
    ]);
  });
});

function jobOf(n: number, more: Partial<GoalJobRow> = {}): GoalJobRow {
  const blank = { goalId: goalIdOf(0), taskId: null, purpose: 'work', at: 1, isOpen: true } as const;
  return { ...blank, jobId: jobIdOf(n), tokens: 100 + n, costMicros: 200 + n, ...more };
}

describe('the jobs of a goal', () => {
  it('are told by goal and by task, open ones apart, the oldest first', () => {
    using store = open();
    for (const n of [0, 1]) store.goals.insert(blankGoalRow(n));
    const [task, other] = [taskIdOf(1), taskIdOf(2)];
    const jobs = [
      jobOf(0, { purpose: 'plan', isOpen: false }),
      jobOf(1, { taskId: task }),
      jobOf(2, { taskId: task, isOpen: false }),
      jobOf(3, { taskId: other }),
      jobOf(4, { taskId: task, purpose: 'review', at: 7 }),
      jobOf(5, { goalId: goalIdOf(1), purpose: 'plan' }),
    ];
    for (const job of jobs.toReversed()) store.goals.insertJob(job);
    const { goals } = store;
    const at = (...places: number[]) => places.map((n) => jobs[n]);
    expect(goals.job(jobIdOf(4))).toEqual(jobs[4]);
    expect(goals.job(jobIdOf(9))).toBeUndefined();
    expect(goals.jobs(goalIdOf(0))).toEqual(at(0, 1, 2, 3, 4));
    expect(goals.jobsOfTask(task)).toEqual(at(1, 2, 4));
    expect(goals.openJobs(goalIdOf(0))).toEqual(at(1, 3, 4));
    expect(goals.openJobsOfTask(task)).toEqual(at(1, 4));

    expect(goals.openTaskJobIds(goalIdOf(0)).toSorted()).toEqual([1, 3, 4].map(jobIdOf));
    expect(goals.openTaskJobIds(goalIdOf(1))).toEqual([]);

    goals.closeJob(jobIdOf(1), 7, 8);
    const closed = { ...jobs[1], isOpen: false, tokens: 7, costMicros: 8 };
    expect(goals.jobs(goalIdOf(0))).toEqual([jobs[0], closed, ...at(2, 3, 4)]);
    expect(goals.openJobs(goalIdOf(0))).toEqual(at(3, 4));
  });
});

function eventOf(n: number, goalId = goalIdOf(0)): Omit<GoalEventRow, 'seq'> {
  return { goalId, taskId: n === 2 ? taskIdOf(1) : null, at: n, type: 'paused', text: n === 1 ? null : `event ${n}` };
}

describe('the timeline of a goal', () => {
  it('has its own events, the newest first, before one and up to a limit', () => {
    using store = open();
    for (const n of [0, 1]) store.goals.insert(blankGoalRow(n));
    for (const n of [1, 2, 3]) store.goals.appendEvent(eventOf(n));
    store.goals.appendEvent(eventOf(4, goalIdOf(1)));
    const all = store.goals.eventsBefore(goalIdOf(0), 1_000, 10);
    expect(all.map(({ seq: _seq, ...event }) => event)).toEqual([3, 2, 1].map((n) => eventOf(n)));
    const [last] = all;
    expect(store.goals.eventsBefore(goalIdOf(0), last?.seq ?? 0, 10)).toEqual(all.slice(1));
    expect(store.goals.eventsBefore(goalIdOf(0), 1_000, 2)).toEqual(all.slice(0, 2));
  });
});

describe('the version of a plan', () => {
  it('is the place of the last line that tells of the plan, and 0 before there is one', () => {
    using store = open();
    for (const n of [0, 1]) store.goals.insert(blankGoalRow(n));
    const goalId = goalIdOf(0);
    const tell = (type: GoalEventRow['type'], of = goalId): number => {
      store.goals.appendEvent({ ...eventOf(3, of), type });
      return store.goals.eventsBefore(of, 1_000, 1)[0]?.seq ?? 0;
    };
    expect(store.goals.planVersion(goalId)).toBe(0);
    const planned = tell('planned');
    tell('paused');
    tell('planned', goalIdOf(1));
    expect(store.goals.planVersion(goalId)).toBe(planned);
    const edited = tell('plan-edited');
    expect(store.goals.planVersion(goalId)).toBe(edited);
    expect(edited).toBeGreaterThan(planned);
    const again = tell('planned');
    expect(store.goals.planVersion(goalId)).toBe(again);
  });
});

describe('what was delivered', () => {
  it('stands in its order, in place of what was there before, and of this goal alone', () => {
    using store = open();
    for (const n of [0, 1]) store.goals.insert(blankGoalRow(n));
    const made = (...names: string[]) => names.map((name) => ({ name, text: `of ${name}` }));
    store.goals.setArtefacts(goalIdOf(0), made('old.md', 'older.md'));
    store.goals.setArtefacts(goalIdOf(1), made('c.md'));
    store.goals.setArtefacts(goalIdOf(0), made('b.md', 'a.md', 'c.md'));
    expect(store.goals.artefacts(goalIdOf(0))).toEqual(made('b.md', 'a.md', 'c.md'));
    expect(store.goals.artefacts(goalIdOf(1))).toEqual(made('c.md'));
    store.goals.setArtefacts(goalIdOf(0), []);
    expect(store.goals.artefacts(goalIdOf(0))).toEqual([]);
  });
});
