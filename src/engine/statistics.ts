/** Statistics as the API offers them: which periods make up a range, and how often it is looked at again. */
import { hourMs, minuteMs } from '../../db/statistics/statistics.repository.ts';
import type { StatisticsFilter } from '../../db/statistics/read-statistics.ts';
import { SideThreadError } from '../../db/side-thread/side-thread-error.ts';
import type { Store } from '../../db/store.ts';
import { AgentId } from '../protocol/ids.ts';
import type { Spending, StatisticsRange, StatisticsView } from '../protocol/statistics.ts';
import { EngineError } from './errors.ts';
import type { Clock, JobHistory } from './ports.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';

export interface StatisticsOptions {
  store: Store;
  history: JobHistory;
  providers: ProviderActors;
  topics: Topics;
  clock: Clock;
}

interface RangeShape extends Pick<StatisticsFilter, 'periodMs' | 'stepMs' | 'steps'> {
  /** A watch shows what changed after this long at the earliest. */
  everyMs: number;
}

/** A step is wide enough for a chart of 60 to 170 points. */
const shapes: Record<StatisticsRange, RangeShape> = {
  hour: { periodMs: minuteMs, stepMs: minuteMs, steps: 60, everyMs: 2_000 },
  day: { periodMs: minuteMs, stepMs: 15 * minuteMs, steps: 96, everyMs: 30_000 },
  week: { periodMs: hourMs, stepMs: hourMs, steps: 168, everyMs: 60_000 },
  month: { periodMs: hourMs, stepMs: 6 * hourMs, steps: 120, everyMs: 300_000 },
};

export function createStatistics(options: StatisticsOptions): EngineService['statistics'] {
  const { store, history, providers, topics, clock } = options;

  const get = async (range: StatisticsRange): Promise<StatisticsView> => {
    const { periodMs, stepMs, steps } = shapes[range];
    const from = (Math.floor(clock.now() / stepMs) - steps + 1) * stepMs;
    const series = await history.statistics({ periodMs, from, stepMs, steps }).catch((error: unknown) => {
      if (error instanceof SideThreadError) throw new EngineError('UNAVAILABLE', error.message, { cause: error });
      throw error;
    });
    return {
      range,
      from,
      stepMs,
      steps,
      lanes: series.lanes,
      providers: bySize(series.providers).map(([id, sums]) => ({ id, name: providers.row(id)?.name ?? id, ...sums })),
      agents: bySize(series.agents).map(([key, sums]) => {
        const id = AgentId.safeParse(key).data ?? null;
        return { id, name: id === null ? null : (store.chat.agent(id)?.name ?? null), ...sums };
      }),
    };
  };

  return {
    get,
    async *watch(range, signal) {
      const { stepMs, everyMs } = shapes[range];
      const bell = topics.listen(['statistics'], signal);
      try {
        do {
          yield await get(range);
          await wait(everyMs, signal);
          // Without a change too: the range moves with the time.
          const stepEnd = wait(stepMs - (clock.now() % stepMs), signal);
          await Promise.race([bell.next(), stepEnd]);
        } while (!signal.aborted);
      } finally {
        bell.close();
      }
    },
  };

  /** Resolves after so many milliseconds, or when the signal aborts. */
  function wait(delayMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(delayMs, end);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
    return promise;
  }
}

/** Who took most tokens first. */
function bySize(map: ReadonlyMap<string, Spending>): [string, Spending][] {
  const size = ({ inputTokens, outputTokens }: Spending): number => sum(inputTokens) + sum(outputTokens);
  return [...map].toSorted(([, a], [, b]) => size(b) - size(a));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
