/** The options of a goal as a form holds them, and what the next goal begins with. */
import type { AgentId } from '../../protocol/ids.ts';
import type { GoalBudget, GoalOptions } from '../../protocol/goals.ts';
import { Store } from '../remote/store.ts';

/** The protocol's `defaultGoalOptions`, whose code the page does not carry. */
const defaults: GoalOptions = {
  automatic: false,
  onTaskFailure: 'ask',
  review: true,
  maxSendBacks: 2,
  budget: { tokens: null, costMicros: null, timeMs: null, tasks: null },
};

/** How a goal is started: its options, and who may be given tasks (null: who takes part in the conversation). */
export interface GoalStart {
  readonly options: GoalOptions;
  readonly agentIds: readonly AgentId[] | null;
  /** Null: the lead. */
  readonly plannerId: AgentId | null;
  readonly reviewerId: AgentId | null;
}

/** Caps as they are typed; empty: none. */
export interface TypedBudget {
  readonly tokens: string;
  /** US dollars. */
  readonly money: string;
  readonly minutes: string;
  readonly tasks: string;
}

const written = (value: number | null, unit: number): string => (value === null ? '' : String(value / unit));

export function typedBudget({ tokens, costMicros, timeMs, tasks }: GoalBudget): TypedBudget {
  return {
    tokens: written(tokens, 1),
    money: written(costMicros, 1_000_000),
    minutes: written(timeMs, 60_000),
    tasks: written(tasks, 1),
  };
}

/** Undefined: no number above zero. */
function readNumber(text: string, unit: number): number | null | undefined {
  const plain = text.trim().replace(',', '.');
  if (plain === '') return null;
  const value = Math.round(Number(plain) * unit);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Null: one of them is no number above zero. */
export function readBudget({ tokens, money, minutes, tasks }: TypedBudget): GoalBudget | null {
  const read = {
    tokens: readNumber(tokens, 1),
    costMicros: readNumber(money, 1_000_000),
    timeMs: readNumber(minutes, 60_000),
    tasks: readNumber(tasks, 1),
  };
  const { tokens: a, costMicros: b, timeMs: c, tasks: d } = read;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
  return { tokens: a, costMicros: b, timeMs: c, tasks: d };
}

const storageKey = 'nightshift.goal-options';

/** What the next goal begins with: the options as they were last chosen in this browser; who does it is chosen each time. */
export class GoalStarts {
  readonly state: Store<GoalStart>;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage;
    this.state = new Store<GoalStart>({ options: this.#kept(), agentIds: null, plannerId: null, reviewerId: null });
  }

  set(start: GoalStart): void {
    this.state.set(start);
    try {
      this.#storage.setItem(storageKey, JSON.stringify(start.options));
    } catch (error) {
      console.warn('The browser does not keep the options of goals.', error);
    }
  }

  /** One was started: the next one is for whom its conversation is. */
  started(): void {
    this.state.update(({ options }) => ({ options, agentIds: null, plannerId: null, reviewerId: null }));
  }

  #kept(): GoalOptions {
    try {
      const kept: unknown = JSON.parse(this.#storage.getItem(storageKey) ?? 'null');
      if (typeof kept !== 'object' || kept === null) return defaults;
      const known = kept as Partial<GoalOptions>;
      // Whatever was kept by an older page is filled up; the service looks at all of it.
      return { ...defaults, ...known, budget: { ...defaults.budget, ...known.budget } };
    } catch (error) {
      console.warn('The kept options of goals cannot be read and are dropped.', error);
      return defaults;
    }
  }
}
