/**
 * A goal of any shape, walked to its end call by call: who answers next, and how, a seed decides. After each step everything
 * stands still, and what must always hold is looked at.
 */
import { expect } from 'vitest';
import { laneCaps } from '../../machines/policy/lane-shares.ts';
import { noBudget, type GoalBudget, type GoalState, type TaskState } from '../../src/protocol/goals.ts';
import { EngineError } from '../../src/engine/errors.ts';
import type { GoalId } from '../../src/protocol/ids.ts';
import { newRequestId, type TestEngine } from './engine.ts';
import { accept, planOf, playModels, sendBack, type GoalCallSeen, startGoal, type PlayedModels } from './goals.ts';
import { maxSendBacks, planOfShape, type Behaviour, type GoalShape } from './goal-shape.ts';
import { failureOf } from './job-queue.ts';

const rejected = failureOf('rejected', 'content-policy');

export interface GoalWalkOptions {
  shape: GoalShape;
  /** Of the pool. */
  slots: number;
  /** In [0, 1). */
  random: () => number;
  budget?: GoalBudget;
  /** Tokens that an answer took. */
  usageOf?: (call: GoalCallSeen) => number;
  /** A worker is given a call. */
  onBegin?: (call: GoalCallSeen) => void;
}

export class GoalWalk {
  readonly models: PlayedModels;
  readonly #night: TestEngine;
  readonly #options: GoalWalkOptions;
  #id = '' as GoalId;
  /** Given to a worker, and not answered yet. */
  readonly open = new Set<GoalCallSeen>();
  /** What was done before its time, or once too often. */
  readonly faults: string[] = [];
  /** Failing tasks that the user has mended meanwhile. */
  readonly #mended = new Set<string>();

  private constructor(night: TestEngine, options: GoalWalkOptions) {
    this.#night = night;
    this.#options = options;
    const hold = (call: GoalCallSeen): undefined => {
      options.onBegin?.(call);
      this.open.add(call);
    };
    const work = (call: GoalCallSeen): undefined => {
      this.#lookAtDependencies(call);
      hold(call);
    };
    this.models = playModels(night, { work, review: hold, deliver: hold, summary: hold });
  }

  /** Starts the goal; its first calls are held already when this resolves. */
  static async start(night: TestEngine, options: GoalWalkOptions): Promise<GoalWalk> {
    const walk = new GoalWalk(night, options);
    const { shape, budget = noBudget } = options;
    const { review, onTaskFailure } = shape;
    const goal = await startGoal(night, 'Write a handbook', {
      plan: planOfShape(shape),
      options: { automatic: true, review, onTaskFailure, maxSendBacks, budget },
    });
    walk.#id = goal.id;
    return walk;
  }

  get id(): GoalId {
    return this.#id;
  }

  get state(): GoalState {
    return this.#goal().state;
  }

  taskStates(): Record<string, TaskState> {
    return Object.fromEntries(this.#night.store.tasks.ofGoal(this.#id).map(({ key, state }) => [key, state]));
  }

  /** Until nothing happens any more without a model or a person. */
  async settle(): Promise<void> {
    for (let before = -1; before !== this.#goal().version;) {
      before = this.#goal().version;
      // Inputs run in order: when this one is through, so is what had been posted.
      await this.#night.engine.settings.update({});
      await this.#night.engine.settings.update({});
    }
    // Withdrawn: their workers were told to abort them, and have.
    for (const call of this.open) if (!call.run.worker.running.has(call.run)) this.open.delete(call);
  }

  /** Answers some of the open calls, at least one. False when there is none. */
  async step(): Promise<boolean> {
    await this.settle();
    this.#lookAtSlots();
    const open = [...this.open];
    if (open.length === 0) return false;
    const first = open[Math.floor(this.#options.random() * open.length)];
    const chosen = open.filter((call) => call === first || this.#options.random() < 0.5);
    for (const call of chosen) {
      this.open.delete(call);
      this.#answer(call);
    }
    return true;
  }

  /** To the end, or to where a person is needed who does not come. */
  async toTheEnd({ pauses = 0 }: { pauses?: number } = {}): Promise<void> {
    while (await this.step()) if (this.#options.random() < pauses) await this.#pause();
  }

  /** What runs goes on meanwhile; a deliverable may still arrive. */
  async #pause(): Promise<void> {
    await this.settle();
    if (this.state !== 'working' && this.state !== 'delivering') return;
    await this.#night.engine.goals.pause(this.#id);
    await this.step();
    await this.settle();
    if (this.#goal().state === 'paused')
      await this.#night.engine.goals.resume({ requestId: newRequestId(), id: this.#id });
  }

  /** The user retries or skips one of the tasks, whatever it does. False where that is refused: it waits, or is done. */
  async meddle(): Promise<boolean> {
    await this.settle();
    const tasks = this.#night.store.tasks.ofGoal(this.#id);
    const task = tasks[Math.floor(this.#options.random() * tasks.length)];
    if (task === undefined || this.state !== 'working') return false;
    const { goals } = this.#night.engine;
    const deed =
      this.#options.random() < 0.7
        ? goals.retryTask({ requestId: newRequestId(), taskId: task.id })
        : goals.skipTask({ requestId: newRequestId(), taskId: task.id, reason: 'It is not needed.' });
    return deed.then(
      () => true,
      (error: unknown) => {
        if (error instanceof EngineError && error.code === 'CONFLICT') return false;
        throw error;
      },
    );
  }

  /** The user retries what has failed, and now all goes well. */
  async mend(): Promise<void> {
    for (const { id, key, state } of this.#night.store.tasks.ofGoal(this.#id)) {
      this.#mended.add(key);
      if (state === 'failed') await this.#night.engine.goals.retryTask({ requestId: newRequestId(), taskId: id });
    }
  }

  /** The user answers what is asked. False when nothing is. */
  async answerQuestions(): Promise<boolean> {
    await this.settle();
    const asking = this.#night.store.tasks.ofGoal(this.#id).filter(({ state }) => state === 'needsInput');
    for (const { id } of asking)
      await this.#night.engine.goals.answerTask({ requestId: newRequestId(), taskId: id, text: 'Yes.' });
    return asking.length > 0;
  }

  #goal() {
    const row = this.#night.store.goals.get(this.#id);
    if (row === undefined) throw new Error('the goal is gone');
    return row;
  }

  #lookAtDependencies({ key, run }: GoalCallSeen): void {
    const { tasks } = this.#night.store;
    const taskId = this.#night.store.goals.job(run.jobId)?.taskId ?? null;
    for (const id of taskId === null ? [] : tasks.dependencies(taskId)) {
      const before = tasks.get(id);
      if (before?.state !== 'accepted' && before?.state !== 'skipped') {
        this.faults.push(`${key} was begun (${run.jobId}) when ${before?.key} was ${before?.state}`);
      }
    }
    const others = [...this.open].filter((call) => call.key === key && this.#isWaitedFor(call));
    if (others.length > 0) this.faults.push(`${key} is worked on twice at once`);
  }

  /** Where a task could be worked on, or a result be reviewed, no slot is left that its lane may take. */
  #lookAtSlots(): void {
    // A budget may hold back what could start.
    if (this.state !== 'working' || this.#options.budget !== undefined) return;
    const running = this.open.size;
    const tasks = this.#night.store.tasks.ofGoal(this.#id);
    const settled = new Set(
      tasks.filter(({ state }) => state === 'accepted' || state === 'skipped').map(({ id }) => id),
    );
    const begun = new Set([...this.open].map(({ key }) => key));
    const could = tasks.filter(({ id, key, state }) => {
      if (begun.has(key) || state === 'accepted' || state === 'skipped' || state === 'failed') return false;
      if (state === 'needsInput' || state === 'cancelled') return false;
      return this.#night.store.tasks.dependencies(id).every((on) => settled.has(on));
    });
    const most = laneCaps(this.#options.slots).background;
    expect(running, 'more calls than slots of the lane').toBeLessThanOrEqual(most);
    if (running < most)
      expect(
        could.map(({ key, state }) => `${key} ${state}`),
        'could be under way',
      ).toEqual([]);
  }

  #isWaitedFor({ run }: GoalCallSeen): boolean {
    return this.#night.store.goals.job(run.jobId)?.isOpen === true;
  }

  #answer(call: GoalCallSeen): void {
    const { purpose, key, nth, run } = call;
    const behaviour = this.#behaviourOf(key);
    if (purpose === 'work' && (behaviour === 'fails always' || (behaviour === 'fails once' && nth === 0))) {
      run.fail(rejected);
      return;
    }
    const usage = { inputTokens: this.#options.usageOf?.(call) ?? 8, outputTokens: 0, estimated: false };
    run.done(this.#textOf(call, behaviour), { usage });
  }

  #textOf({ purpose, key, nth }: GoalCallSeen, behaviour: Behaviour): string {
    if (purpose === 'deliver') return '# Delivered\n\nAll of it.';
    if (purpose === 'review') {
      const isSentBack = behaviour === 'sent back always' || (behaviour === 'sent back once' && nth === 0);
      return isSentBack ? sendBack('It is too short.') : accept(`${key} in a line`);
    }
    if (nth > 0) return `The result of ${key}.`;
    if (behaviour === 'unusable once') return '';
    if (behaviour === 'asks') return 'ASK: May I?';
    if (behaviour === 'splits') return `SUBTASKS: ${JSON.stringify(planOf({ x: [], y: ['x'] }).tasks)}`;
    return `The result of ${key}.`;
  }

  #behaviourOf(key: string): Behaviour {
    if (this.#mended.has(key)) return 'well';
    return this.#options.shape.tasks[Number(/^t(?<at>\d+)$/u.exec(key)?.groups?.['at'] ?? NaN)]?.behaviour ?? 'well';
  }
}
