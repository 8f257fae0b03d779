/** Runs the built desktop on the stand-in. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { inProject, node24 } from '../../../scripts/setup/project.mjs';
import { inWindow, toApp } from './addresses.ts';
import { settings, type Command, type Report } from './control.ts';
import { Reports, type DesktopOptions, type DrivenDesktop, type Runner } from './driven-desktop.ts';

const register = new URL('register.ts', import.meta.url).href;
/** What was packaged (package-desktop.ts), unpacked: Node cannot run an archive. */
const main = inProject('out/desktop-check/app/.vite/build/main.mjs');
const platform = process.platform === 'linux' ? 'linux' : 'win32';
const resources = inProject(`out/desktop-check/Nightshift-${platform}-${process.arch}/resources`);

export const standIn: Runner = {
  name: 'the stand-in',
  start: (options) => Promise.resolve(new StandInDesktop(options)),
};

class StandInDesktop extends Reports implements DrivenDesktop {
  readonly #options: DesktopOptions;
  readonly #child: ChildProcess;
  readonly exited: Promise<number | null>;
  #output = '';
  #browser: Promise<Browser> | undefined;

  constructor(options: DesktopOptions) {
    super();
    if (!existsSync(main)) throw new Error(`${main} is missing: the desktop is not built`);
    this.#options = options;
    this.#child = run(options);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString('utf8');
      });
    }
    this.#child.on('message', (report: Report) => this.add(report));
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code) => {
        this.#killGroup();
        this.end(this.#output);
        resolve(code);
      });
    });
  }

  command(command: Command): Promise<void> {
    this.#child.send(command);
    return Promise.resolve();
  }

  async window(index = 0): Promise<Page> {
    // Without Playwright's defaults: downloads are the stand-in's own matter.
    this.#browser ??= this.reported('browser').then(({ endpoint }) =>
      chromium.connectOverCDP(endpoint, { noDefaults: true }),
    );
    const browser = await this.#browser;
    for (;;) {
      const pages = browser.contexts().flatMap((context) => context.pages());
      const page = pages.filter((candidate) => candidate.url().startsWith(`${inWindow}/`))[index];
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

  addressOf(page: Page): string {
    return toApp(page.url());
  }

  /** Workers call themselves by their ids. */
  workers(): Promise<number[]> {
    const processes = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    const found = processes.flatMap((line) => {
      const [, pid, parent] = /^\s*(\d+)\s+(\d+)\s+nightshift worker:/u.exec(line) ?? [];
      return Number(parent) === this.#child.pid ? [Number(pid)] : [];
    });
    return Promise.resolve(found);
  }

  async startAgain(args: readonly string[]): Promise<number | null> {
    await using second = new StandInDesktop({ ...this.#options, args });
    return await second.exited;
  }

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

function run({ folder, args = [], keyring, locale, env = {} }: DesktopOptions): ChildProcess {
  return fork(main, [...args], {
    execPath: node24,
    execArgv: ['--import', register],
    cwd: inProject('.'),
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      XVFB_PATH: process.env['XVFB_PATH'],
      NIGHTSHIFT_PROFILE: join(folder, 'profile'),
      [settings.driven]: '1',
      [settings.userData]: folder,
      [settings.resources]: resources,
      ...(keyring === undefined ? {} : { [settings.keyring]: 'basic_text' }),
      ...(locale === undefined ? {} : { [settings.locale]: locale }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: what it has started ends with it, however it ends.
    detached: true,
  });
}
