/** Runs the built desktop on the stand-in, and plays its user. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { inProject, node24 } from '../../../scripts/setup/project.mjs';
import { settings, type Command, type Report } from './control.ts';

const register = new URL('register.ts', import.meta.url).href;
/** What was packaged (package-desktop.ts), unpacked: Node cannot run an archive. */
const main = inProject('out/desktop-check/app/.vite/build/main.mjs');
const platform = process.platform === 'linux' ? 'linux' : 'win32';
const resources = inProject(`out/desktop-check/Nightshift-${platform}-${process.arch}/resources`);

export interface DesktopOptions {
  /** Kept over a restart. */
  userData: string;
  args?: readonly string[];
  keyring?: string;
  env?: Readonly<Record<string, string>>;
}

export class Desktop implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #reports: Report[] = [];
  readonly #waiting = new Set<() => void>();
  readonly exited: Promise<number | null>;
  #output = '';
  #browser: Promise<Browser> | undefined;

  constructor({ userData, args = [], keyring, env = {} }: DesktopOptions) {
    if (!existsSync(main)) throw new Error(`${main} is missing: the desktop is not built`);
    this.#child = fork(main, [...args], {
      execPath: node24,
      execArgv: ['--import', register],
      cwd: inProject('.'),
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        [settings.driven]: '1',
        [settings.userData]: userData,
        [settings.resources]: resources,
        ...(keyring === undefined ? {} : { [settings.keyring]: keyring }),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own: what it has started ends with it, however it ends.
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString('utf8');
      });
    }
    this.#child.on('message', (report: Report) => {
      this.#reports.push(report);
      for (const wake of this.#waiting) wake();
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code) => {
        this.#killGroup();
        resolve(code);
        for (const wake of this.#waiting) wake();
      });
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the desktop was not started');
    return this.#child.pid;
  }

  /** What it has written to its terminal. */
  get output(): string {
    return this.#output;
  }

  /** What was reported so far, of one type. */
  all<Type extends Report['type']>(type: Type): Extract<Report, { type: Type }>[] {
    return this.#reports.filter((report): report is Extract<Report, { type: Type }> => report.type === type);
  }

  /** Resolves with the first report of this type that looks like that, past or to come. */
  async reported<Type extends Report['type']>(
    type: Type,
    looks: (report: Extract<Report, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<Report, { type: Type }>> {
    for (;;) {
      const found = this.all(type).find(looks);
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`the desktop ended before it reported ${type}:\n${this.#output}`);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  command(command: Command): void {
    this.#child.send(command);
  }

  /** The page of the n-th window, once it shows Nightshift. */
  async window(index = 0): Promise<Page> {
    this.#browser ??= this.reported('browser').then(({ endpoint }) => chromium.connectOverCDP(endpoint));
    const browser = await this.#browser;
    for (;;) {
      const pages = browser.contexts().flatMap((context) => context.pages());
      const page = pages.filter((candidate) => candidate.url().startsWith('https://nightshift.invalid/'))[index];
      if (page !== undefined) {
        page.setDefaultTimeout(15_000);
        await page.waitForLoadState('domcontentloaded');
        return page;
      }
      await Promise.race([
        this.exited.then(() => {
          throw new Error(`the desktop ended without a window:\n${this.#output}`);
        }),
        ...browser.contexts().map((context) => context.waitForEvent('page', { timeout: 200 }).catch(() => undefined)),
      ]);
    }
  }

  /** `kill -9` of the main process, and with it of its windows and workers. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser?.then((browser) => browser.close()).catch(() => undefined);
    this.#killGroup();
    await this.exited;
  }

  #killGroup(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // Nobody of it is left.
    }
  }
}
