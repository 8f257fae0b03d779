/**
 * Every shortest path through the task machine, gone by real tasks: each event is caused by what causes it in the engine (an
 * agent's or a reviewer's answer, a user, a job that fails), in real turns on a real SQLite file, and the row is compared with
 * the model after each. The goal is paused between the steps: so nothing starts that the path does not start.
 */
import { createTestModel, type TestPath } from 'xstate/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskColumns, taskSnapshot } from '../../db/goals/goal-row.ts';
import { blankTask, type TaskContext, type TaskEvent } from '../../machines/task.context.ts';
import { taskMachine, type TaskSnapshot } from '../../machines/task.machine.ts';
import { maxUnusableAnswers } from '../../machines/task.rules.ts';
import { step } from '../../machines/step.ts';
import type { ConversationId } from '../../src/protocol/ids.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { playModels, type PlayedModels } from '../support/goals.ts';
import { transitionCoverage } from '../support/transition-coverage.ts';
import { reasons, RealTask } from './real-task.ts';

const at = 1;

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
    const task = await RealTask.start(test, { openDependencies: start.context.openDependencies ?? 0 }, conversationId);
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
