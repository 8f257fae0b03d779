/**
 * Every shortest path through the goal machine, gone by real goals: each event is caused by what causes it in the engine (an
 * answer of a planner, a user, a job that fails), in real turns on a real SQLite file, and the row is compared with the model
 * after each.
 */
import { createTestModel, type TestPath } from 'xstate/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goalSnapshot } from '../../db/goals/goal-row.ts';
import { blankGoal, type GoalEvent } from '../../machines/goal.context.ts';
import { goalMachine, type GoalSnapshot } from '../../machines/goal.machine.ts';
import { step } from '../../machines/step.ts';
import type { GoalId } from '../../src/protocol/ids.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';
import { approvePlan, planOf, playModels, startGoal, type GoalCallSeen, type PlayedModels } from '../support/goals.ts';
import { failureOf } from '../support/job-queue.ts';
import { transitionCoverage } from '../support/transition-coverage.ts';

const at = 1;
const plan = JSON.stringify(planOf({ t: [] }));
const badPlan = JSON.stringify(planOf({ t: ['gone'] }));
const events: GoalEvent[] = [
  { type: 'PLANNED', at, automatic: true },
  { type: 'PLANNED', at, automatic: false },
  { type: 'PLAN_REFUSED', at, problems: 'bad' },
  { type: 'APPROVE', at },
  { type: 'REPLAN', at },
  { type: 'WORK_DONE', at },
  { type: 'DELIVERED', at },
  { type: 'DELIVERY_REFUSED', at, problem: 'empty' },
  { type: 'FAIL', at, reason: 'failed' },
  { type: 'PAUSE', at, reason: 'user' },
  { type: 'RESUME', at },
  { type: 'REOPEN', at },
  { type: 'CANCEL', at },
];

/** What the machine's choices depend on. */
function nameOf({ value, context: { resumesTo, planTries, deliverTries } }: GoalSnapshot): string {
  return JSON.stringify([value, resumesTo, planTries, deliverTries]);
}

const labelOf = (event: GoalEvent): string =>
  event.type === 'PLANNED' ? `${event.type} ${event.automatic}` : event.type;

function paths(): TestPath<GoalSnapshot, GoalEvent>[] {
  return createTestModel(goalMachine).getShortestPaths({
    fromState: goalMachine.resolveState({ value: 'planning', context: { ...blankGoal, activeSince: at } }),
    events,
    filterEvents: (snapshot, event) => snapshot.can(event) && isPossible(snapshot, event),
    // A state is reached once for each way into it: shortest paths to states alone would leave transitions out.
    serializeState: (snapshot, event, before) =>
      [nameOf(snapshot), event === undefined ? '' : labelOf(event), before === undefined ? '' : nameOf(before)].join(
        '|',
      ),
  });
}

/** While it is paused only what it had asked for can arrive. */
function isPossible({ value, context: { resumesTo } }: GoalSnapshot, { type }: GoalEvent): boolean {
  if (value !== 'paused') return true;
  if (type === 'PLANNED' || type === 'PLAN_REFUSED') return resumesTo === 'planning';
  if (type === 'DELIVERED' || type === 'DELIVERY_REFUSED') return resumesTo === 'delivering';
  return type !== 'FAIL' || resumesTo !== 'awaitingApproval';
}

class RealGoal {
  readonly #night: TestEngine;
  readonly #models: PlayedModels;
  readonly id: GoalId;

  constructor(night: TestEngine, models: PlayedModels, id: GoalId) {
    this.#night = night;
    this.#models = models;
    this.id = id;
  }

  get snapshot(): GoalSnapshot {
    const row = this.#night.store.goals.get(this.id);
    if (row === undefined) throw new Error('the goal is gone');
    return goalSnapshot(row);
  }

  /** Makes happen in the engine what `event` stands for. False: nobody is asked for it any more. */
  async cause(event: GoalEvent): Promise<boolean> {
    const { goals } = this.#night.engine;
    const { id } = this;
    switch (event.type) {
      case 'PLANNED':
        await goals.setOptions({ id, options: { automatic: event.automatic } });
        return this.#answers('plan', plan);
      case 'PLAN_REFUSED':
        return this.#answers('plan', badPlan);
      case 'APPROVE':
        await approvePlan(this.#night, id);
        return true;
      case 'REPLAN':
        await goals.replan({ requestId: newRequestId(), id, note: 'another one' });
        return true;
      case 'WORK_DONE':
        return this.#answers('work', 'the result');
      case 'DELIVERED':
        return this.#answers('deliver', '# The document');
      case 'DELIVERY_REFUSED':
        return this.#answers('deliver', '');
      case 'FAIL':
        return this.#fails();
      case 'PAUSE':
        await this.#underWay();
        await goals.pause(id);
        return true;
      case 'RESUME':
        await goals.resume({ requestId: newRequestId(), id });
        return true;
      case 'REOPEN': {
        const [task] = this.#night.store.tasks.ofGoal(id);
        // There is none to retry before there is a plan.
        if (task === undefined || task.state === 'waiting') return false;
        await goals.retryTask({ requestId: newRequestId(), taskId: task.id });
        return true;
      }
      case 'CANCEL':
        await goals.cancel(id);
        return true;
      default:
        return event satisfies never;
    }
  }

  /** The call that is open, once a worker has it. */
  async #call(purpose?: GoalCallSeen['purpose']): Promise<GoalCallSeen | undefined> {
    const open = this.#night.store.goals
      .openJobs(this.id)
      .find((job) => purpose === undefined || job.purpose === purpose);
    if (open === undefined) return undefined;
    const find = () => this.#models.calls.find(({ run }) => run.jobId === open.jobId);
    await this.#night.until(() => find() !== undefined);
    return find();
  }

  /** A pause takes back what only waits: here it has begun. */
  async #underWay(): Promise<void> {
    await this.#call();
  }

  async #answers(purpose: GoalCallSeen['purpose'], text: string): Promise<boolean> {
    const call = await this.#call(purpose);
    if (call === undefined) return false;
    call.run.done(text);
    await this.#ended(call);
    return true;
  }

  /** A planner's or composer's job fails for good; a task whose job is cancelled by hand fails, and the goal stops then. */
  async #fails(): Promise<boolean> {
    const call = await this.#call();
    if (call === undefined) return false;
    if (call.purpose === 'work') await this.#night.engine.jobs.send(call.run.jobId, 'CANCEL');
    else call.run.fail(failureOf('rejected', 'content-policy'));
    await this.#ended(call);
    return true;
  }

  #ended(call: GoalCallSeen): Promise<void> {
    return this.#night.until(() => this.#night.store.goals.job(call.run.jobId)?.isOpen === false);
  }
}

describe('the goal machine in the engine', () => {
  const coverage = transitionCoverage(goalMachine);
  const seen = new Set<string>();
  let night: TestEngine;
  let models: PlayedModels;
  beforeAll(async () => {
    night = await startEngine({ settings: { synchronous: 'NORMAL', slotsPerWorker: 16 } });
    models = playModels(night, { plan: () => undefined, work: () => undefined, deliver: () => undefined });
  });
  afterAll(() => night[Symbol.asyncDispose]());

  it('does on every path what the model does', async () => {
    const all = paths();
    expect(all.length).toBeGreaterThan(40);
    const conversationId = await night.conversation();
    for (const { steps } of all)
      await go(
        steps.slice(1).map((taken) => taken.event),
        conversationId,
      );
  }, 120_000);

  it('comes back from a cancelled one that had a plan', async () => {
    const again: GoalEvent[] = [
      { type: 'CANCEL', at },
      { type: 'REOPEN', at },
      { type: 'WORK_DONE', at },
    ];
    await go([{ type: 'PLANNED', at, automatic: true }, ...again], await night.conversation());
  });

  it('has been in every state and has taken every transition', () => {
    expect([...seen].toSorted()).toEqual(Object.keys(goalMachine.states).toSorted());
    expect(coverage.missed()).toEqual([]);
  });

  async function go(steps: readonly GoalEvent[], conversationId: Parameters<TestEngine['say']>[0]): Promise<void> {
    const { id } = await startGoal(night, 'Do it', {
      conversationId,
      options: { automatic: false, review: false, onTaskFailure: 'stop' },
    });
    const goal = new RealGoal(night, models, id);
    for (const event of steps) {
      const before = goal.snapshot;
      if (!(await goal.cause(event))) break;
      const after = goal.snapshot;
      const expected = step(goalMachine, before, event);
      expect(nameOf(after), `${nameOf(before)} ${labelOf(event)}`).toBe(nameOf(expected));
      coverage.take(before, event);
      seen.add(String(after.value));
      expectSound(id);
    }
    if (goal.snapshot.can({ type: 'CANCEL', at })) await night.engine.goals.cancel(id);
    expect(night.store.goals.openJobs(id), 'nothing is left running').toEqual([]);
  }

  /** What holds in every state. */
  function expectSound(id: GoalId): void {
    const row = night.store.goals.get(id);
    if (row === undefined) throw new Error('the goal is gone');
    const { state, jobId, activeSince, taskCounts, inFlightTokens } = row;
    const open = night.store.goals.openJobs(id);
    expect(activeSince !== null, 'time counts while it is under way').toBe(
      state === 'planning' || state === 'working' || state === 'delivering',
    );
    if (state === 'planning' || state === 'delivering') expect(open.map((job) => job.jobId)).toEqual([jobId]);
    if (state === 'delivered' || state === 'failed' || state === 'cancelled') expect(open).toEqual([]);
    expect(inFlightTokens).toBe(open.reduce((sum, { tokens }) => sum + tokens, 0));
    const counted = Map.groupBy(night.store.tasks.ofGoal(id), (task) => task.state);
    for (const [name, count] of Object.entries(taskCounts)) {
      expect(count, name).toBe(counted.get(name as never)?.length ?? 0);
    }
  }
});
