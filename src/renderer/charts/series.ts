/** From statistics to what a chart draws: rows by step and the series in them. Pure. */
import type { Lane } from '../../protocol/job.ts';
import type { Quantiles, Spending, StatisticsView } from '../../protocol/statistics.ts';

export const lanesShown: readonly Lane[] = ['high', 'medium', 'low'];

export interface Series {
  readonly key: string;
  readonly label: string;
  /** A name of `styles.css` behind `--color-`. */
  readonly color: string;
  readonly dashed?: boolean;
  /** The label is a name that somebody gave. */
  readonly isName?: boolean;
  /** One value for each step; null where there is none. */
  readonly values: readonly (number | null)[];
}

/** A step's values by the key of their series. */
export type Row = { readonly at: number } & Readonly<Record<string, number | null>>;

export function rowsOf({ from, stepMs, steps }: StatisticsView, series: readonly Series[]): Row[] {
  return Array.from({ length: steps }, (_, step) => {
    const row: Record<string, number | null> & { at: number } = { at: from + step * stepMs };
    for (const { key, values } of series) row[key] = values[step] ?? null;
    return row;
  });
}

export function hasValues(series: readonly Series[]): boolean {
  return series.some(({ values }) => values.some((value) => value !== null));
}

/** A count of nothing is no value. */
function counted(values: readonly number[]): (number | null)[] {
  return values.map((value) => (value > 0 ? value : null));
}

/** Of all values, 0 when there are none. */
export function largest(series: readonly Series[]): number {
  return series.reduce((most, { values }) => values.reduce<number>((max, value) => Math.max(max, value ?? 0), most), 0);
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

const laneColors: Record<Lane, string> = { high: 'chart-1', medium: 'chart-2', low: 'chart-3' };

export interface Words {
  readonly lane: (lane: Lane) => string;
  readonly p50: (lane: string) => string;
  readonly p95: (lane: string) => string;
  readonly failed: string;
  readonly cancelled: string;
  readonly others: string;
}

/** What ended: answers by lane, failures and stops of all lanes. */
export function throughputSeries({ lanes, steps }: StatisticsView, words: Words): Series[] {
  const all = (key: 'failed' | 'cancelled'): number[] =>
    Array.from({ length: steps }, (_, step) => total(lanesShown.map((lane) => lanes[lane][key][step] ?? 0)));
  return [
    ...lanesShown.map((lane) => ({
      key: lane,
      label: words.lane(lane),
      color: laneColors[lane],
      values: counted(lanes[lane].completed),
    })),
    { key: 'failed', label: words.failed, color: 'alarm', values: counted(all('failed')) },
    { key: 'cancelled', label: words.cancelled, color: 'ink-faint', values: counted(all('cancelled')) },
  ];
}

/** Median and 95 % of each lane that has any, in milliseconds. */
export function quantileSeries(
  { lanes }: StatisticsView,
  which: 'wait' | 'firstContent' | 'run',
  words: Words,
): Series[] {
  return lanesShown.flatMap((lane) => {
    const { p50, p95, all }: Quantiles = lanes[lane][which];
    if (all.count === 0) return [];
    const color = laneColors[lane];
    return [
      { key: `${lane}50`, label: words.p50(words.lane(lane)), color, values: p50 },
      { key: `${lane}95`, label: words.p95(words.lane(lane)), color, dashed: true, values: p95 },
    ];
  });
}

const mostShown = 5;

/** The largest five each by itself, the others together. They come sorted. */
export function spendingSeries(
  spenders: readonly (Spending & { readonly label: string })[],
  valueOf: (spending: Spending, step: number) => number,
  steps: number,
  words: Words,
): Series[] {
  const valuesOf = (some: readonly Spending[]): (number | null)[] =>
    counted(Array.from({ length: steps }, (_, step) => total(some.map((spending) => valueOf(spending, step)))));
  const rest = spenders.slice(mostShown);
  return [
    ...spenders.slice(0, mostShown).map((spending, index) => ({
      key: `s${index}`,
      label: spending.label,
      isName: true,
      color: `chart-${index + 1}`,
      values: valuesOf([spending]),
    })),
    ...(rest.length === 0 ? [] : [{ key: 'others', label: words.others, color: 'ink-faint', values: valuesOf(rest) }]),
  ];
}
