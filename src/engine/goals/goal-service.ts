/** Goals as the API offers them. */
import type { GoalRow } from '../../../db/goals.model.ts';
import type { Store } from '../../../db/store.ts';
import type { GoalView, TaskView } from '../../protocol/goal-views.ts';
import type { ConversationId, GoalId, TaskId } from '../../protocol/ids.ts';
import { EngineError } from '../errors.ts';
import { gathered } from '../follow.ts';
import { once } from '../front-door.ts';
import type { Clock } from '../ports.ts';
import type { EngineService } from '../service.ts';
import type { Topic, Topics } from '../topics.ts';
import type { Turn, TurnLoop } from '../turn.ts';
import { GoalDeeds } from './goal-deeds.ts';
import { goalFile } from './goal-file.ts';
import type { GoalParts } from './goal-parts.ts';
import type { GoalViews } from './goal-views.ts';
import type { Goals } from './goals.ts';
import { PlanEdits } from './plan-edits.ts';
import { startGoal } from './starting.ts';

/** Of those at rest, so many are among those that are watched. */
const watchedAtRest = 50;
const watchedOpen = 500;
/** Changes within this time are one; of a large goal, of which a look costs more, within as many milliseconds as it has tasks. */
const leastGatherMs = 40;
/** Behind every id. */
const newest = '~';

interface Deed {
  /** Of what begins work. */
  readonly requestId?: string;
}

export interface GoalServiceOptions {
  store: Store;
  turns: TurnLoop;
  topics: Topics;
  clock: Clock;
  parts: GoalParts;
  goals: Goals;
  views: GoalViews;
}

export function createGoalService(options: GoalServiceOptions): EngineService['goals'] {
  const { store, turns, topics, clock, parts, goals, views } = options;
  const { actors } = parts;
  const edits = new PlanEdits(parts);
  const deeds = new GoalDeeds(parts, goals);

  /** Throws `NOT_FOUND`, also while its conversation is removed: it is back when that is restored. */
  const shown = (id: GoalId): GoalRow => {
    const goal = actors.goal(id);
    if (store.chat.conversation(goal.conversationId) !== undefined) return goal;
    throw new EngineError('NOT_FOUND', 'The conversation of this goal was removed. Restore it, and the goal is back.');
  };
  const goalView = (id: GoalId): GoalView => views.goal(actors.goal(id));
  const taskView = (id: TaskId): TaskView => {
    const task = actors.task(id);
    return views.task(actors.goal(task.goalId), task);
  };
  /**
   * Something is done to a goal or a task, which refuses it with `words` where its machine does. What begins work comes with a
   * `requestId`: sent again, because its answer was lost, it is not done again, and not refused.
   */
  const perform = (turn: Turn, name: string, input: Deed, words: string, work: (turn: Turn) => boolean): void => {
    const { requestId } = input;
    const deed = (): never[] => {
      if (!work(turn)) throw new EngineError('CONFLICT', words);
      return [];
    };
    if (requestId === undefined) deed();
    else once(turn, store, name, { ...input, requestId }, deed);
  };
  const change = (
    name: string,
    input: Deed & { id: GoalId },
    words: string,
    work: (turn: Turn) => boolean,
  ): Promise<GoalView> =>
    turns
      .call(`goals.${name}`, (turn) => {
        actors.goal(input.id);
        perform(turn, `goals.${name}`, input, words, work);
      })
      .then(() => goalView(input.id));
  const changeTask = (
    name: string,
    input: Deed & { taskId: TaskId },
    words: string,
    work: (turn: Turn) => boolean,
  ): Promise<TaskView> =>
    turns
      .call(`goals.${name}`, (turn) => {
        actors.task(input.taskId);
        perform(turn, `goals.${name}`, input, words, work);
      })
      .then(() => taskView(input.taskId));

  return {
    async start(input) {
      const [id] = await turns.call('goals.start', (turn) =>
        once(turn, store, 'goals.start', input, () => [startGoal(turn, parts, goals, input)]),
      );
      return goalView(id as GoalId);
    },
    list: ({ conversationId, open, limit, before = newest as GoalId }) =>
      listed(store, { conversationId, open, limit, before }).map((row) => views.goal(row)),
    get: (id) => views.details(shown(id)),
    watch: (id, signal) =>
      states([`goal:${id}`], signal, () => {
        const details = views.details(shown(id));
        return { state: details, gatherMs: Math.max(leastGatherMs, details.tasks.length) };
      }),
    watchAll: (signal) =>
      states(['goals'], signal, () => {
        const open = store.goals.newestOpen(newest, watchedOpen);
        const known = new Set(open.map(({ id }) => id));
        const others = store.goals.newest(newest, watchedAtRest).filter(({ id }) => !known.has(id));
        const rows = [...open, ...others].toSorted((a, b) => (a.id < b.id ? 1 : -1));
        return { state: rows.map((row) => views.goal(row)), gatherMs: Math.max(leastGatherMs, rows.length) };
      }),
    watchConversation: (id, signal) =>
      states([`goals:${id}`], signal, () => {
        requireConversation(id);
        const rows = store.goals.ofConversation(id);
        return { state: rows.map((row) => views.goal(row)), gatherMs: Math.max(leastGatherMs, rows.length) };
      }),
    timeline({ id, before = Number.MAX_SAFE_INTEGER, limit }) {
      shown(id);
      const rows = store.goals.eventsBefore(id, before, limit + 1);
      const events = rows.slice(0, limit).toReversed();
      return { events: events.map((row) => views.event(row)), more: rows.length > limit };
    },
    approve: (input) =>
      change('approve', input, 'This goal has no plan that awaits approval.', (turn) =>
        deeds.approve(turn, input.id, input.planVersion),
      ),
    replan: (input) =>
      change(
        'replan',
        input,
        'Only a plan that awaits approval, or planning that has failed, can be planned anew.',
        (turn) => deeds.replan(turn, input.id, input.note),
      ),
    editTask: (input) =>
      changeTask('editTask', input, '', (turn) => {
        goals.advance(turn, edits.edit(turn, input).goalId);
        return true;
      }),
    async addTask(input) {
      const [id] = await turns.call('goals.addTask', (turn) =>
        once(turn, store, 'goals.addTask', input, () => {
          const task = edits.add(turn, input.id, input.task);
          goals.advance(turn, input.id);
          return [task.id];
        }),
      );
      return taskView(id as TaskId);
    },
    removeTask: (id) =>
      turns
        .call('goals.removeTask', (turn) => {
          const goalId = edits.remove(turn, id);
          goals.advance(turn, goalId);
          return goalId;
        })
        .then(goalView),
    pause: (id) =>
      change('pause', { id }, 'This goal is paused already, or has ended.', (turn) => goals.pause(turn, id, 'user')),
    resume: (input) =>
      change(
        'resume',
        input,
        'There is nothing to go on with. To go on with an ended goal, retry one of its tasks.',
        (turn) => {
          if (input.options !== undefined) deeds.setOptions(turn, input.id, input.options);
          return deeds.resume(turn, input.id);
        },
      ),
    cancel: (id) => change('cancel', { id }, 'This goal has ended already.', (turn) => goals.cancel(turn, id)),
    setOptions: ({ id, options: changed }) =>
      change('setOptions', { id }, '', (turn) => {
        deeds.setOptions(turn, id, changed);
        goals.advance(turn, id);
        return true;
      }),
    retryTask: (input) =>
      changeTask('retryTask', input, 'This task waits for its turn, or its goal has no approved plan.', (turn) =>
        deeds.retry(turn, input.taskId),
      ),
    skipTask: (input) =>
      changeTask('skipTask', input, 'This task is done, or its goal is not under way.', (turn) =>
        deeds.skip(turn, input.taskId, input.reason),
      ),
    answerTask: (input) =>
      changeTask('answerTask', input, 'This task does not ask that now. Somebody may have answered it.', (turn) =>
        deeds.answer(turn, input.taskId, input.text, input.question),
      ),
    download({ id, format }) {
      const goal = shown(id);
      if (goal.hasDeliverable) return goalFile(format, goal, store.goals.artefacts(id));
      throw new EngineError('CONFLICT', 'Nothing is delivered yet.');
    },
  };

  function requireConversation(id: ConversationId): void {
    if (store.chat.conversation(id) !== undefined) return;
    throw new EngineError('NOT_FOUND', 'This conversation was removed, or never was.');
  }

  /**
   * The present, then what has changed, gathered for a while: `look` says for how long, and throws `NOT_FOUND`. Ends when what is
   * watched is removed meanwhile.
   */
  async function* states<State>(
    on: readonly Topic[],
    signal: AbortSignal,
    look: () => { state: State; gatherMs: number },
  ): AsyncGenerator<State> {
    const bell = topics.listen(on, signal);
    try {
      for (let seen: { state: State; gatherMs: number } | undefined = look(); seen !== undefined;) {
        yield seen.state;
        if (!(await gathered(bell, clock, signal, seen.gatherMs))) return;
        seen = unlessGone(look);
      }
    } finally {
      bell.close();
    }
  }
}

function unlessGone<State>(look: () => State): State | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof EngineError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

function listed(
  { goals }: Store,
  {
    conversationId,
    open,
    limit,
    before,
  }: { conversationId: ConversationId | undefined; open: boolean; limit: number; before: GoalId },
): GoalRow[] {
  if (conversationId === undefined) return open ? goals.newestOpen(before, limit) : goals.newest(before, limit);
  if (!open) return goals.newestOfConversation(conversationId, before, limit);
  return goals
    .openOfConversation(conversationId)
    .filter((id) => id < before)
    .toReversed()
    .slice(0, limit)
    .flatMap((id) => goals.get(id) ?? []);
}
