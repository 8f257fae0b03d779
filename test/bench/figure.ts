/** What a measurement reports: one value with its unit and, where one was set, its goal. */

export interface Goal {
  /** As printed: `>= 8,000`. */
  readonly text: string;
  readonly met: boolean;
}

/** A value of the raw database, taken in the same run on the same disk. */
export interface RawLimit {
  readonly what: string;
  readonly value: number;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: Goal;
  readonly limit?: RawLimit;
  /** Smallest and largest of the runs that `value` is the median of. */
  readonly spread?: Spread;
}

export interface Spread {
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

export function atLeast(value: number, goal: number): Goal {
  return { text: `>= ${format(goal)}`, met: value >= goal };
}

export function below(value: number, goal: number): Goal {
  return { text: `< ${format(goal)}`, met: value < goal };
}

export function atMost(value: number, goal: number): Goal {
  return { text: `<= ${format(goal)}`, met: value <= goal };
}

/** `share` of the raw limit, 0 to 1. */
export function atLeastShare(value: number, share: number, limit: RawLimit): Goal {
  const goal = share * limit.value;
  return { text: `>= ${format(goal)} (${Math.round(share * 100)} % of raw)`, met: value >= goal };
}

/** Three significant digits below 1,000, whole numbers with separators above. */
export function format(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
