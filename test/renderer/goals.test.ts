/** What the page knows of goals without asking: commands, options as they are typed, order, actions, news. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { GoalView, TaskView } from '../../src/protocol/goal-views.ts';
import { goalStates, noBudget, taskStates, type GoalState } from '../../src/protocol/goals.ts';
import type { AgentId, ConversationId, TaskId } from '../../src/protocol/ids.ts';
import { asGoal, intentionOf, slashCandidates } from '../../src/renderer/composer/slash.ts';
import { belowOf } from '../../src/renderer/goals/below.ts';
import { burnWords } from '../../src/renderer/goals/burn-words.ts';
import { goalNews } from '../../src/renderer/goals/goal-news.ts';
import { GoalStarts, readBudget, typedBudget } from '../../src/renderer/goals/goal-options.ts';
import { goalActions, inOrder, mayAddTasks, segments, taskActions } from '../../src/renderer/goals/goal-words.ts';
import { startInput } from '../../src/renderer/goals/start-input.ts';
import { english } from './english.ts';

const page = await english();
const t = page.getFixedT('en', 'goals');

describe('a message that begins with a slash', () => {
  it('is offered what it may become, while only that is typed', () => {
    expect(slashCandidates('/')).toEqual(['goal']);
    expect(slashCandidates('/Go')).toEqual(['goal']);
    expect(slashCandidates('/goal')).toEqual(['goal']);
    expect(slashCandidates('/goal ')).toEqual([]);
    expect(slashCandidates('/etc/hosts')).toEqual([]);
    expect(slashCandidates('a /')).toEqual([]);
  });

  it('hands over what stands behind /goal, and is a message like any other otherwise', () => {
    expect(intentionOf('/goal Compare\nthree caches ')).toBe('Compare\nthree caches');
    expect(intentionOf('/goal')).toBe('');
    expect(intentionOf('/goals are nice')).toBeNull();
    expect(intentionOf('the /goal')).toBeNull();
    expect(asGoal('Compare')).toBe('/goal Compare');
    expect(asGoal('/goal Compare')).toBe('/goal Compare');
  });
});

describe('a budget', () => {
  it('is typed in dollars and minutes, and is empty without a cap', () => {
    expect(typedBudget({ tokens: 5_000, costMicros: 2_500_000, timeMs: 90_000, tasks: null })).toEqual({
      tokens: '5000',
      money: '2.5',
      minutes: '1.5',
      tasks: '',
    });
    expect(readBudget({ tokens: '', money: '0,25', minutes: ' 2 ', tasks: '' })).toEqual({
      ...noBudget,
      costMicros: 250_000,
      timeMs: 120_000,
    });
  });

  it('is refused when a cap is no number above zero', () => {
    const empty = typedBudget(noBudget);
    for (const money of ['0', '-1', 'much', '1e999']) expect(readBudget({ ...empty, money })).toBeNull();
  });

  it('comes back as it was typed', () => {
    const cap = fc.option(fc.integer({ min: 1, max: 1_000_000_000 }));
    fc.assert(
      fc.property(cap, cap, cap, cap, (tokens, costMicros, timeMs, tasks) => {
        const budget = { tokens, costMicros, timeMs, tasks };
        expect(readBudget(typedBudget(budget))).toEqual(budget);
      }),
    );
  });
});

describe('how the next goal is started', () => {
  const storage = () => {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
  };

  it('keeps the options, but not who does it', () => {
    const kept = storage();
    const starts = new GoalStarts(kept);
    const start = starts.state.getSnapshot();
    const agentIds = ['agent_01M81HP65NTH5QFV0BPS0DM4E2' as AgentId];
    starts.set({ ...start, agentIds, options: { ...start.options, automatic: true } });
    expect(startInput(starts.state.getSnapshot())).toMatchObject({ agentIds, options: { automatic: true } });
    starts.started();
    expect(startInput(starts.state.getSnapshot())).toEqual({ options: { ...start.options, automatic: true } });
    expect(new GoalStarts(kept).state.getSnapshot().options.automatic).toBe(true);
  });

  it('begins with the usual options when what was kept cannot be read', () => {
    const kept = storage();
    kept.setItem('nightshift.goal-options', 'not json');
    expect(new GoalStarts(kept).state.getSnapshot().options).toMatchObject({ automatic: false, review: true });
  });
});

const id = (n: number): TaskId => `task_${n}` as TaskId;
const task = (n: number, dependsOn: number[] = []) => ({ id: id(n), dependsOn: dependsOn.map(id) }) as TaskView;

describe('tasks', () => {
  it('stand behind what they wait for', () => {
    const tasks = [task(4, [2, 3]), task(2, [1]), task(1), task(3)];
    expect(inOrder(tasks).map((one) => one.id)).toEqual([1, 3, 2, 4].map(id));
  });

  it('end a circle instead of following it', () => {
    expect(inOrder([task(1, [2]), task(2, [1])])).toHaveLength(2);
  });

  it('are known by what builds on them', () => {
    const tasks = [task(1), task(2, [1]), task(3, [2]), task(4)];
    expect([...belowOf(tasks, id(1))].toSorted()).toEqual([id(2), id(3)]);
    expect(belowOf(tasks, id(4)).size).toBe(0);
  });

  it('can be changed while their plan awaits approval, and run again once their goal is at rest', () => {
    for (const state of taskStates) {
      expect(taskActions({ state: 'awaitingApproval', resumesTo: null }, { state })).toEqual(['edit', 'remove']);
      expect(taskActions({ state: 'planning', resumesTo: null }, { state })).toEqual([]);
      expect(taskActions({ state: 'delivered', resumesTo: null }, { state })).toEqual(
        state === 'waiting' ? [] : ['retry'],
      );
    }
    expect(taskActions({ state: 'working', resumesTo: null }, { state: 'failed' })).toEqual(['retry', 'skip', 'edit']);
  });

  it('of a paused goal can be changed as where it goes on', () => {
    const paused = (resumesTo: GoalState) => ({ state: 'paused' as const, resumesTo });
    expect(taskActions(paused('planning'), { state: 'waiting' })).toEqual([]);
    expect(taskActions(paused('awaitingApproval'), { state: 'waiting' })).toEqual(['edit', 'remove']);
    expect(taskActions(paused('working'), { state: 'waiting' })).toEqual(['edit', 'skip']);
    expect(taskActions(paused('delivering'), { state: 'accepted' })).toEqual(['retry']);
    const add = goalStates.filter((state) => mayAddTasks({ state, resumesTo: null }));
    expect(add).toEqual(['awaitingApproval', 'working']);
    expect(mayAddTasks(paused('planning'))).toBe(false);
    expect(mayAddTasks(paused('awaitingApproval'))).toBe(true);
  });
});

describe('a goal', () => {
  it('can be cancelled until it is at rest, and resumed or raised when it is paused', () => {
    for (const state of goalStates) {
      const actions = goalActions({ state, pauseReason: null, resumesTo: null });
      expect(actions.includes('cancel'), state).toBe(!['delivered', 'failed', 'cancelled'].includes(state));
    }
    expect(goalActions({ state: 'paused', pauseReason: 'user', resumesTo: 'working' })[0]).toBe('resume');
    expect(goalActions({ state: 'paused', pauseReason: 'cost', resumesTo: 'working' })[0]).toBe('raise');
    expect(goalActions({ state: 'failed', pauseReason: null, resumesTo: 'planning' })).toEqual(['again', 'change']);
  });

  it('shows every task once in its bar', () => {
    const progress = {
      total: 28,
      accepted: 1,
      running: 2,
      inLine: 7,
      waiting: 3,
      needsInput: 4,
      failed: 5,
      skipped: 6,
      cancelled: 0,
    };
    expect(segments(progress).reduce((sum, { count }) => sum + count, 0)).toBe(28);
    expect(segments({ ...progress, failed: 0 }).map(({ name }) => name)).not.toContain('failed');
  });
});

describe('what a goal took', () => {
  const took = (timeMs: number, budget = noBudget, withoutCaps = false) =>
    burnWords(t, {
      goal: {
        state: 'awaitingApproval',
        burn: { tokens: 820, costMicros: 0, timeMs, tasks: 3, inFlightTokens: 0, inFlightCostMicros: 0 },
        leftMs: null,
        options: { automatic: false, onTaskFailure: 'ask', review: true, maxSendBacks: 2, budget },
      },
      elapsedMs: timeMs,
      withoutCaps,
    }).join(' · ');

  it('has no time in it before there is any', () => {
    expect(took(0)).toBe('820 tokens');
    expect(took(999)).toBe('820 tokens');
    expect(took(1_000)).toBe('820 tokens · 1 sec');
    expect(took(61_999)).toBe('820 tokens · 1 min 1 sec');
  });

  it('is nothing of a cap as long as it is nothing', () => {
    const budget = { ...noBudget, costMicros: 2_000_000, timeMs: 300_000 };
    expect(took(0, budget)).toBe('820 tokens · $0.00 of $2.00 · 0 sec of 5 min');
    expect(took(7_400, budget)).toBe('820 tokens · $0.00 of $2.00 · 7 sec of 5 min');
    expect(took(7_400, budget, true)).toBe('820 tokens');
  });
});

describe('news', () => {
  const here = 'conv_1' as ConversationId;
  const goal = (state: GoalView['state'], progress: Partial<GoalView['progress']> = {}, more: Partial<GoalView> = {}) =>
    ({
      id: `goal_${state}`,
      conversationId: here,
      title: state,
      state,
      progress: { needsInput: 0, failed: 0, ...progress },
      ...more,
    }) as GoalView;

  it('lead to the goal that has them', () => {
    const goals = [goal('delivered'), goal('working', { needsInput: 1 }), goal('awaitingApproval')];
    expect(goalNews('question', here, goals)?.title).toBe('working');
    expect(goalNews('plan', here, goals)?.title).toBe('awaitingApproval');
    expect(goalNews('delivered', here, goals)?.route).toEqual({ page: 'goal', id: 'goal_delivered' });
  });

  it('are none of an answer, of its failure, or of another conversation', () => {
    expect(goalNews('answer', here, [goal('working')])).toBeNull();
    expect(goalNews('failure', here, [goal('working')])).toBeNull();
    expect(goalNews('question', 'conv_2' as ConversationId, [goal('working', { needsInput: 1 })])).toBeNull();
  });
});
