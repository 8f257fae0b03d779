/**
 * Every shortest path through the task machine, gone by real tasks: each event is caused by what causes it in the engine (an
 * agent's or a reviewer's answer, a user, a job that fails), in real turns on a real SQLite file, and the row is compared with
 * the model after each. The goal is paused between the steps: so nothing starts that the path does not start.
 */
import { createTestModel, type TestPath } from 'xstate/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskColumns, taskSnapshot } from '../../db/goals/goal-row.ts';
import type { TaskRow } from '../../db/goals.model.ts';
import { blankTask, type TaskContext, type TaskEvent } from '../../machines/task.context.ts';
import { taskMachine, type TaskSnapshot } from '../../machines/task.machine.ts';
import { maxUnusableAnswers } from '../../machines/task.rules.ts';
import { step } from '../../machines/step.ts';
import type { ConversationId, GoalId, TaskId } from '../../src/protocol/ids.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import {
  accept,
  planOf,
  playModels,
  sendBack,
  startGoal,
  type GoalCallSeen,
  type PlayedModels,
} from '../support/goals.ts';
import { failureOf } from '../support/job-queue.ts';
import { transitionCoverage } from '../support/transition-coverage.ts';

const at = 1;
const subTasks = `SUBTASKS: ${JSON.stringify(planOf({ x: [], y: [] }).tasks)}`;
const reasons = ['It is too short.'];

/** Where paths begin, and which events are possible there. A task can be split once: what follows is another start's affair. */
interface Start {
  readonly name: string;
  readonly context: Partial<TaskContext>;
  readonly events: readonly TaskEvent[];
}
const starts: Start[] = [
  {
    name: 'ready',
    context: {},
    events: [
      { type: 'START', at },
      { type: 'RESULT', at, review: true },
      { type: 'RESULT', at, review: false },
      { type: 'ASK', at, question: 'Which?' },
      { type: 'ANSWER', at },
      { type: 'UNUSABLE', at, reason: 'empty' },
      { type: 'FAIL', at, reason: 'failed', final: false },
      { type: 'FAIL', at, reason: 'failed', final: true },
      { type: 'TAKE_BACK', at },
      { type: 'ACCEPT', at },
      { type: 'SEND_BACK', at, reasons, maxSendBacks: 1 },
      { type: 'RETRY', at, open: 0 },
      { type: 'SKIP', at, reason: 'not needed' },
      { type: 'CANCEL', at },
    ],
  },
  {
    name: 'waiting for two others',
    context: { openDependencies: 2 },
    events: [
      { type: 'DEPENDENCY_SETTLED', at },
      { type: 'DEPENDENCIES_SET', at, open: 0 },
      { type: 'SKIP', at, reason: '' },
      { type: 'CANCEL', at },
    ],
  },
  {
    name: 'to be split',
    context: {},
    events: [
      { type: 'START', at },
      { type: 'SPLIT', at, children: 2 },
      { type: 'DEPENDENCY_SETTLED', at },
    ],
  },
];

function nameOf({ value, context: { openDependencies, sendBacks, tries, retries } }: TaskSnapshot): string {
  return JSON.stringify([value, openDependencies, sendBacks, tries, retries]);
}

function labelOf(event: TaskEvent): string {
  const detail = event.type === 'RESULT' ? event.review : event.type === 'FAIL' ? event.final : '';
  return `${event.type} ${detail}`;
}

function pathsFrom({ context, events }: Start): TestPath<TaskSnapshot, TaskEvent>[] {
  return createTestModel(taskMachine).getShortestPaths({
    fromState: taskMachine.resolveState({ value: 'waiting', context: { ...blankTask, ...context } }),
    events: [...events],
    filterEvents: (snapshot, event) => snapshot.can(event) && isPossible(snapshot, event),
    // A state is reached once from each other one by each event: all transitions, and what their guards depend on.
    serializeState: (snapshot, event, before) =>
      [outlineOf(snapshot), event === undefined ? '' : labelOf(event), before?.value ?? ''].join('|'),
  });
}

/** What the guards ask for. */
function outlineOf({ value, context: { openDependencies, sendBacks, tries, retries } }: TaskSnapshot): string {
  return JSON.stringify([value, openDependencies, sendBacks > 0, tries >= maxUnusableAnswers, retries > 0]);
}

function isPossible({ context: { openDependencies } }: TaskSnapshot, { type }: TaskEvent): boolean {
  return type !== 'DEPENDENCY_SETTLED' || openDependencies > 0;
}

class RealTask {
  readonly #night: TestEngine;
  readonly #models: PlayedModels;
  readonly #goalId: GoalId;
  readonly #id: TaskId;

  private constructor(night: TestEngine, models: PlayedModels, goalId: GoalId, id: TaskId) {
    this.#night = night;
    this.#models = models;
    this.#goalId = goalId;
    this.#id = id;
  }

  /** Beside one that nobody ever answers, so that its goal is never done. */
  static async start(test: { night: TestEngine; models: PlayedModels }, start: Start, conversationId: ConversationId) {
    const { night, models } = test;
    const waitsFor = ['d1', 'd2'].slice(0, start.context.openDependencies ?? 0);
    const others = Object.fromEntries(['endless', ...waitsFor].map((key) => [key, []]));
    const { id } = await startGoal(night, 'Do it', {
      conversationId,
      options: { automatic: false, maxSendBacks: 1 },
      plan: planOf({ ...others, t: waitsFor }),
    });
    await night.engine.goals.pause(id);
    // A paused plan is resumed to its approval.
    await night.engine.goals.resume({ id });
    await night.engine.queue.pauseLane('medium');
    await night.engine.goals.approve(id);
    await night.engine.goals.pause(id);
    await night.engine.queue.resumeLane('medium');
    const task = night.store.tasks.ofGoal(id).find(({ key }) => key === 't');
    if (task === undefined) throw new Error('there is no task');
    return new RealTask(night, models, id, task.id);
  }

  get row(): TaskRow {
    const row = this.#night.store.tasks.get(this.#id);
    if (row === undefined) throw new Error('the task is gone');
    return row;
  }

  /** `next`: what will happen to it then. False: this cannot happen to it any more. */
  async cause(event: TaskEvent, next: TaskEvent | undefined): Promise<boolean> {
    const { goals } = this.#night.engine;
    const taskId = this.#id;
    switch (event.type) {
      case 'DEPENDENCY_SETTLED':
        await goals.skipTask({ taskId: this.#openDependency(), reason: '' });
        return true;
      case 'DEPENDENCIES_SET':
        await goals.editTask({ taskId, task: { dependsOn: [] } });
        return true;
      case 'START':
        return this.#start(next?.type === 'TAKE_BACK');
      case 'RESULT':
        await goals.setOptions({ id: this.#goalId, options: { review: event.review } });
        return this.#answer('work', 'the result');
      case 'ASK':
        return this.#answer('work', 'ASK: Which?');
      case 'ANSWER':
        await goals.answerTask({ taskId, text: 'That one.' });
        return true;
      case 'SPLIT':
        // Only once.
        if (this.#night.store.tasks.children(taskId).length > 0) return false;
        return this.#answer('work', subTasks);
      case 'UNUSABLE':
        return this.#answer(this.#purpose(), '');
      case 'FAIL':
        return this.#fail(event.final);
      case 'TAKE_BACK':
        await this.#resumed();
        await goals.pause(this.#goalId);
        await this.#night.engine.queue.resumeLane('medium');
        return true;
      case 'ACCEPT':
        return this.#answer('review', accept());
      case 'SEND_BACK':
        return this.#answer('review', sendBack(...reasons));
      case 'RETRY':
        return this.#retry();
      case 'SKIP':
        await goals.skipTask({ taskId, reason: event.reason });
        return true;
      case 'CANCEL':
        await goals.cancel(this.#goalId);
        return true;
      default:
        return event satisfies never;
    }
  }

  async end(): Promise<void> {
    if (this.#night.store.goals.get(this.#goalId)?.state === 'cancelled') return;
    await this.#night.engine.goals.cancel(this.#goalId);
  }

  /** `queued`: its job stays in the queue. */
  async #start(queued: boolean): Promise<boolean> {
    const { goals, queue } = this.#night.engine;
    if (queued) await queue.pauseLane('medium');
    await this.#resumed();
    if (queued) return true;
    await this.#call('work');
    await goals.pause(this.#goalId);
    return true;
  }

  /** The goal goes on, for as long as it takes to make a call. */
  async #resumed(): Promise<void> {
    if (this.#night.store.goals.get(this.#goalId)?.state === 'paused') {
      await this.#night.engine.goals.resume({ id: this.#goalId });
    }
  }

  #purpose(): 'work' | 'review' {
    return this.row.state === 'inReview' ? 'review' : 'work';
  }

  /** Its open call, once a worker has it. */
  async #call(purpose: GoalCallSeen['purpose']): Promise<GoalCallSeen> {
    const open = () => this.#night.store.goals.openJobsOfTask(this.#id).find((job) => job.purpose === purpose);
    const find = () => this.#models.calls.find(({ run }) => run.jobId === open()?.jobId);
    await this.#night.until(() => find() !== undefined, `a call to ${purpose}`);
    const call = find();
    if (call === undefined) throw new Error('the call is gone');
    return call;
  }

  async #answer(purpose: 'work' | 'review', text: string): Promise<boolean> {
    const call = await this.#openCall(purpose);
    call.run.done(text);
    await this.#ended(call);
    return true;
  }

  async #fail(final: boolean): Promise<boolean> {
    const call = await this.#openCall(this.#purpose());
    if (final) await this.#night.engine.jobs.send(call.run.jobId, 'CANCEL');
    else call.run.fail(failureOf('rejected', 'content-policy'));
    await this.#ended(call);
    return true;
  }

  /** A reviewer is asked only while the goal goes on. */
  async #openCall(purpose: 'work' | 'review'): Promise<GoalCallSeen> {
    if (this.row.jobIsOpen) return this.#call(purpose);
    await this.#resumed();
    const call = await this.#call(purpose);
    await this.#night.engine.goals.pause(this.#goalId);
    return call;
  }

  /** A goal that was cancelled is under way again, and paused at once: a lane that rests takes nothing from it. */
  async #retry(): Promise<boolean> {
    const { goals, queue } = this.#night.engine;
    if (this.#night.store.goals.get(this.#goalId)?.state !== 'cancelled') {
      await goals.retryTask(this.#id);
      return true;
    }
    await queue.pauseLane('medium');
    await goals.retryTask(this.#id);
    await goals.pause(this.#goalId);
    await queue.resumeLane('medium');
    return true;
  }

  #ended(call: GoalCallSeen): Promise<void> {
    return this.#night.until(() => this.#night.store.goals.job(call.run.jobId)?.isOpen === false);
  }

  #openDependency(): TaskId {
    const { tasks } = this.#night.store;
    const open = tasks.dependencies(this.#id).find((id) => tasks.get(id)?.state === 'waiting');
    if (open === undefined) throw new Error('it waits for nothing');
    return open;
  }
}

describe('the task machine in the engine', () => {
  const coverage = transitionCoverage(taskMachine);
  const seen = new Set<string>();
  let test: { night: TestEngine; models: PlayedModels };
  beforeAll(async () => {
    const night = await startEngine({ settings: { synchronous: 'NORMAL', slotsPerWorker: 16 } });
    test = { night, models: playModels(night, { work: () => undefined, review: () => undefined }) };
  });
  afterAll(() => test.night[Symbol.asyncDispose]());

  it.each(starts)(
    'does on every path what the model does: $name',
    async (start) => {
      const all = pathsFrom(start);
      expect(all.length).toBeGreaterThan(0);
      const conversationId = await test.night.conversation();
      for (const { steps } of all)
        await go(
          start,
          steps.slice(1).map((taken) => taken.event),
          conversationId,
        );
    },
    120_000,
  );

  it('has been in every state and has taken every transition', () => {
    expect([...seen].toSorted()).toEqual(Object.keys(taskMachine.states).toSorted());
    expect(coverage.missed()).toEqual([]);
  });

  async function go(start: Start, steps: readonly TaskEvent[], conversationId: ConversationId): Promise<void> {
    const task = await RealTask.start(test, start, conversationId);
    for (const [index, event] of steps.entries()) {
      const before = taskSnapshot(task.row);
      if (!(await task.cause(event, steps[index + 1]))) break;
      const after = taskSnapshot(task.row);
      expect(nameOf(after), `${nameOf(before)} ${labelOf(event)}`).toBe(nameOf(step(taskMachine, before, event)));
      expect(taskColumns(after)).toEqual(taskColumns(taskSnapshot({ ...task.row })));
      coverage.take(before, event);
      seen.add(String(after.value));
      expect(task.row.jobIsOpen && task.row.state !== 'working' && task.row.state !== 'inReview').toBe(false);
    }
    await task.end();
  }
});
