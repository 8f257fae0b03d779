/** Tasks of goals as the database has them, query by query, and which waits for which. */
import { describe, expect, it } from 'vitest';
import { taskColumns, taskSnapshot } from '../../db/goals/goal-row.ts';
import type { TaskRow } from '../../db/goals.model.ts';
import { taskStates } from '../../src/protocol/goals.ts';
import type { AgentId, JobId } from '../../src/protocol/ids.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';
import { blankGoalRow, blankTaskRow, goalIdOf, insertConversations, taskIdOf } from '../support/goal-rows.ts';

/** With the goals 0 and 1. */
function open() {
  const folder = dataFolder();
  const store = openFolder(folder.path, { synchronous: 'NORMAL' });
  insertConversations(store, [0]);
  for (const n of [0, 1]) store.goals.insert(blankGoalRow(n));
  const close = (): void => {
    store.close();
    folder[Symbol.dispose]();
  };
  return { ...store, [Symbol.dispose]: close };
}

/** In every column another value than `blankTaskRow` has. */
const changed: Omit<TaskRow, 'id'> = {
  goalId: goalIdOf(1),
  key: 'another',
  title: 'Another one',
  instructions: 'Write something else.',
  acceptance: ['It is short.'],
  agentId: 'agent_b' as AgentId,
  resultKind: 'code',
  parentId: taskIdOf(9),
  depth: 1,
  state: 'needsInput',
  openDependencies: 2,
  sendBacks: 3,
  tries: 4,
  retries: 5,
  question: 'Which?',
  problem: 'a problem',
  reviewReasons: [['too long']],
  failure: 'a failure',
  startedAt: 6,
  endedAt: 7,
  jobId: 'job_a' as JobId,
  jobIsOpen: true,
  awaitsSummaries: true,
  result: 'the result',
  summary: 'a line',
  digest: 'in short',
  readsSummaries: true,
  answers: [{ question: 'Which?', answer: 'That one.', at: 10 }],
  version: 8,
  machineVersion: 9,
};

describe('the row of a task', () => {
  it('is read as it was written, and a write leaves alone what stays', () => {
    using store = open();
    const [first, second] = [blankTaskRow(1), blankTaskRow(2, changed)];
    for (const row of [first, second]) store.tasks.insert(row);
    expect([store.tasks.get(first.id), store.tasks.get(second.id)]).toEqual([first, second]);
    expect(store.tasks.get(taskIdOf(3))).toBeUndefined();

    store.tasks.write({ ...changed, id: first.id }, 0);
    const { goalId, key, parentId, depth, machineVersion } = first;
    expect(store.tasks.get(first.id)).toEqual({
      ...changed,
      id: first.id,
      ...{ goalId, key, parentId, depth, machineVersion },
    });
    expect(store.tasks.get(second.id)).toEqual(second);
  });

  it('is not written over what the writer has not seen', () => {
    using store = open();
    const row = blankTaskRow(1, { version: 4 });
    store.tasks.insert(row);
    for (const seen of [3, 5]) {
      expect(() => store.tasks.write({ ...row, title: 'late', version: 5 }, seen)).toThrow(
        `${row.id} is not at version ${seen} any more`,
      );
    }
    expect(() => store.tasks.write(blankTaskRow(2), 4)).toThrow(taskIdOf(2));
    expect(store.tasks.get(row.id)).toEqual(row);
  });

  it("is the machine's snapshot in another form", () => {
    expect(taskColumns(taskSnapshot({ ...blankTaskRow(1), ...changed }))).toEqual({
      state: 'needsInput',
      openDependencies: 2,
      sendBacks: 3,
      tries: 4,
      retries: 5,
      question: 'Which?',
      problem: 'a problem',
      reviewReasons: [['too long']],
      failure: 'a failure',
      startedAt: 6,
      endedAt: 7,
    });
  });
});

describe('the tasks of a goal', () => {
  it('are listed in the order of the plan, without those of another', () => {
    using store = open();
    const rows = [
      blankTaskRow(1, { state: 'working', startedAt: 5 }),
      blankTaskRow(2, { parentId: taskIdOf(1), key: 'b' }),
      blankTaskRow(3, { parentId: taskIdOf(1), key: 'a' }),
      blankTaskRow(4, { goalId: goalIdOf(1), parentId: taskIdOf(3) }),
    ];
    for (const row of rows.toReversed()) store.tasks.insert(row);
    expect(store.tasks.ofGoal(goalIdOf(0))).toEqual(rows.slice(0, 3));
    expect(store.tasks.outlines(goalIdOf(0))).toEqual([
      { id: taskIdOf(1), state: 'working', startedAt: 5 },
      { id: taskIdOf(2), state: 'waiting', startedAt: null },
      { id: taskIdOf(3), state: 'waiting', startedAt: null },
    ]);
    expect(store.tasks.keys(goalIdOf(0)).toSorted()).toEqual(['a', 'b', 't1']);
    expect(store.tasks.keys(goalIdOf(1))).toEqual(['t4']);
    expect(store.tasks.children(taskIdOf(1))).toEqual([2, 3].map(taskIdOf));
    expect(store.tasks.children(taskIdOf(2))).toEqual([]);

    store.tasks.removeAll(goalIdOf(0));
    expect([store.tasks.ofGoal(goalIdOf(0)), store.tasks.ofGoal(goalIdOf(1))]).toEqual([[], rows.slice(3)]);
  });

  it('are ready when a job can be made for them now', () => {
    using store = open();
    for (const [n, state] of taskStates.entries()) store.tasks.insert(blankTaskRow(n, { state }));
    const taken: Partial<TaskRow>[] = [{ jobIsOpen: true }, { awaitsSummaries: true }, { openDependencies: 1 }];
    for (const [n, more] of taken.entries()) store.tasks.insert(blankTaskRow(20 + n, more));
    store.tasks.insert(blankTaskRow(30, { goalId: goalIdOf(1) }));
    const statesOf = (ids: readonly string[]) => ids.map((id) => taskStates[Number(id.slice(-4))]);
    const ready = store.tasks.ready(goalIdOf(0), 50);
    expect(statesOf(ready)).toEqual(['waiting', 'working', 'inReview', 'sentBack']);
    expect(store.tasks.ready(goalIdOf(0), 2)).toEqual(ready.slice(0, 2));
    expect(store.tasks.ready(goalIdOf(1), 50)).toEqual([taskIdOf(30)]);
  });
});

describe('what a task waits for', () => {
  /** 1 and 2 wait for nothing, 3 for both, 4 for 3, 5 for 2; 6 is of the other goal and waits for 7. */
  function graph() {
    const store = open();
    for (const n of [1, 2, 3, 4, 5]) store.tasks.insert(blankTaskRow(n));
    for (const n of [6, 7]) store.tasks.insert(blankTaskRow(n, { goalId: goalIdOf(1) }));
    for (const [task, on] of [
      [6, 7],
      [5, 2],
      [4, 3],
      [3, 2],
      [3, 1],
    ] as const)
      store.tasks.addDependency(taskIdOf(task), taskIdOf(on));
    return store;
  }
  const edge = (task: number, on: number) => ({ taskId: taskIdOf(task), dependsOnId: taskIdOf(on) });

  it('is told in both directions, task by task and of a whole goal', () => {
    using store = graph();
    const { tasks } = store;
    expect(tasks.dependencies(taskIdOf(3))).toEqual([1, 2].map(taskIdOf));
    expect(tasks.dependants(taskIdOf(2))).toEqual([3, 5].map(taskIdOf));
    expect([tasks.dependencies(taskIdOf(1)), tasks.dependants(taskIdOf(4))]).toEqual([[], []]);
    expect(tasks.edges(goalIdOf(0))).toEqual([edge(3, 1), edge(3, 2), edge(4, 3), edge(5, 2)]);
    expect(tasks.edges(goalIdOf(1))).toEqual([edge(6, 7)]);
    expect(tasks.withAllBelow(taskIdOf(2))).toEqual([2, 3, 4, 5].map(taskIdOf));
    expect(tasks.withAllBelow(taskIdOf(4))).toEqual([taskIdOf(4)]);
  });

  it('is there once, and can be forgotten', () => {
    using store = graph();
    store.tasks.addDependency(taskIdOf(3), taskIdOf(1));
    expect(store.tasks.dependencies(taskIdOf(3))).toHaveLength(2);
    store.tasks.clearDependencies(taskIdOf(3));
    expect(store.tasks.edges(goalIdOf(0))).toEqual([edge(4, 3), edge(5, 2)]);
  });

  it('goes with it, and with what it waited for', () => {
    using store = graph();
    store.tasks.remove(taskIdOf(3));
    expect(store.tasks.edges(goalIdOf(0))).toEqual([edge(5, 2)]);
    expect(store.tasks.ofGoal(goalIdOf(0)).map(({ id }) => id)).toEqual([1, 2, 4, 5].map(taskIdOf));
  });

  it('is open until it is accepted or skipped', () => {
    using store = open();
    store.tasks.insert(blankTaskRow(50));
    store.tasks.insert(blankTaskRow(51));
    for (const [n, state] of taskStates.entries()) {
      store.tasks.insert(blankTaskRow(n, { state }));
      store.tasks.addDependency(taskIdOf(50), taskIdOf(n));
    }
    store.tasks.addDependency(taskIdOf(51), taskIdOf(0));
    expect(taskStates).toHaveLength(9);
    expect(store.tasks.openDependencies(taskIdOf(50))).toBe(7);
    expect([51, 0].map((n) => store.tasks.openDependencies(taskIdOf(n)))).toEqual([1, 0]);
  });
});
