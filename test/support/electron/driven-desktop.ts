/** A desktop that a test has started and plays the user of: on the stand-in, or on real Electron. */
import { once } from 'node:events';
import type { Page } from 'playwright-core';
import type { Command, Report } from './control.ts';

export interface DesktopOptions {
  /** Kept over a restart; the desktop's profile is the folder `profile` in it. */
  folder: string;
  args?: readonly string[];
  /** `none`: the system has no store of its own for keys. */
  keyring?: 'none';
  /** As `app.getLocale()` says; English by default. */
  locale?: string;
  env?: Readonly<Record<string, string>>;
}

type OfType<Type extends Report['type']> = Extract<Report, { type: Type }>;

export interface DrivenDesktop extends AsyncDisposable {
  /** Its exit code; null when a signal has ended it. */
  readonly exited: Promise<number | null>;
  /** What was reported so far, of one type. */
  all<Type extends Report['type']>(type: Type): OfType<Type>[];
  /** Resolves with the first report of this type that looks like that, past or to come; rejects when it ends before, and after 30 s. */
  reported<Type extends Report['type']>(type: Type, looks?: (report: OfType<Type>) => boolean): Promise<OfType<Type>>;
  command(command: Command): Promise<void>;
  /** The page of the n-th window, once it shows Nightshift. */
  window(index?: number): Promise<Page>;
  /** A page's address as the desktop knows it: `app://nightshift/…`. */
  addressOf(page: Page): string;
  /** Process ids of the workers that run. */
  workers(): Promise<number[]>;
  /** Starts the program once more, beside this one; resolves with the exit code of that. */
  startAgain(args: readonly string[]): Promise<number | null>;
  /** `kill -9` of the main process, and with it of its windows and workers. */
  kill(): Promise<void>;
}

/** A way to run the desktop. */
export interface Runner {
  readonly name: string;
  start(options: DesktopOptions): Promise<DrivenDesktop>;
}

/** What is not reported by then has not happened: a test that says so beats one that runs out of its own time. */
const patienceMs = 30_000;

/** What a desktop has reported, to be looked through and waited for. */
export class Reports {
  readonly #reports: Report[] = [];
  readonly #waiting = new Set<() => void>();
  #ended: string | undefined;

  add(report: Report): void {
    this.#reports.push(report);
    this.#wake();
  }

  /** Nothing more will come; `output`: the last words, for whoever waits in vain. */
  end(output: string): void {
    this.#ended = output;
    this.#wake();
  }

  all<Type extends Report['type']>(type: Type): OfType<Type>[] {
    return this.#reports.filter((report): report is OfType<Type> => report.type === type);
  }

  async reported<Type extends Report['type']>(
    type: Type,
    looks: (report: OfType<Type>) => boolean = () => true,
  ): Promise<OfType<Type>> {
    const patience = AbortSignal.timeout(patienceMs);
    const late = once(patience, 'abort').then(() => false);
    for (;;) {
      const found = this.all(type).find(looks);
      if (found !== undefined) return found;
      if (this.#ended !== undefined) throw new Error(`the desktop ended before it reported ${type}:\n${this.#ended}`);
      const more = new Promise<true>((resolve) => this.#waiting.add(() => resolve(true)));
      if (!(await Promise.race([more, late]))) {
        throw new Error(`not reported in time: ${type}; what was: ${JSON.stringify(this.all(type))}`);
      }
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
