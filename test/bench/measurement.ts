/** One group of figures that are measured together, in a process of its own. */
import type { Figure } from './figure.ts';

export interface MeasurementContext {
  /** A short run: fewer repetitions, 100,000 rows in place of 1,000,000. */
  readonly quick: boolean;
  /** Makes an empty folder on the disk that is measured; all are removed at the end. */
  folder(): string;
  removeFolder(path: string): void;
  /** A line of progress for people. */
  note(line: string): void;
  /** Figures that have been taken; what was reported before a failure stays. */
  report(...figures: readonly Figure[]): void;
}

export interface Measurement {
  readonly name: string;
  /** Killed after this long. */
  readonly limitMs: number;
  /** Throws when something could not be measured. */
  run(context: MeasurementContext): Promise<void>;
}

/** From a measurement's process to the main one. */
export type MeasurementMessage =
  | { type: 'note'; line: string }
  | { type: 'figures'; figures: readonly Figure[] }
  | { type: 'error'; text: string };
