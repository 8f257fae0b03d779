/**
 * A task in the engine's own hands, and what makes happen to it there what an event of its machine stands for: an agent's or a
 * reviewer's answer, a user, a job that fails. Its goal is paused between the events: so nothing starts that nobody has started.
 */
import type { TaskRow } from '../../db/goals.model.ts';
import type { TaskEvent } from '../../machines/task.context.ts';
import type { ConversationId, GoalId, TaskId } from '../../src/protocol/ids.ts';
import { newRequestId, type TestEngine } from '../support/engine.ts';
import {
  approvePlan,
  accept,
  planOf,
  sendBack,
  startGoal,
  type GoalCallSeen,
  type PlayedModels,
} from '../support/goals.ts';
import { failureOf } from '../support/job-queue.ts';

const subTasks = `SUBTASKS: ${JSON.stringify(planOf({ x: [], y: [] }).tasks)}`;
/** Of a review that sends back. */
export const reasons = ['It is too short.'];

export class RealTask {
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
  static async start(
    test: { night: TestEngine; models: PlayedModels },
    { openDependencies }: { openDependencies: number },
    conversationId: ConversationId,
  ) {
    const { night, models } = test;
    const waitsFor = ['d1', 'd2'].slice(0, openDependencies);
    const others = Object.fromEntries(['endless', ...waitsFor].map((key) => [key, []]));
    const { id } = await startGoal(night, 'Do it', {
      conversationId,
      options: { automatic: false, maxSendBacks: 1 },
      plan: planOf({ ...others, t: waitsFor }),
    });
    await night.engine.goals.pause(id);
    // A paused plan is resumed to its approval.
    await night.engine.goals.resume({ requestId: newRequestId(), id });
    await night.engine.queue.pauseLane('medium');
    await approvePlan(night, id);
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
        await goals.skipTask({ requestId: newRequestId(), taskId: this.#openDependency(), reason: '' });
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
        await goals.answerTask({ requestId: newRequestId(), taskId, text: 'That one.' });
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
        await goals.skipTask({ requestId: newRequestId(), taskId, reason: event.reason });
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
      await this.#night.engine.goals.resume({ requestId: newRequestId(), id: this.#goalId });
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
      await goals.retryTask({ requestId: newRequestId(), taskId: this.#id });
      return true;
    }
    await queue.pauseLane('medium');
    await goals.retryTask({ requestId: newRequestId(), taskId: this.#id });
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
