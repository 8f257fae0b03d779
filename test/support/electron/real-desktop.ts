/**
 * Runs the built desktop on real Electron, through Playwright. Written where no Electron binary could be had: it is checked
 * against the types of Electron and Playwright, and has not run. It starts Electron's own binary with the unpacked bundle,
 * because the packaged app's fuses refuse the inspector that Playwright needs: fuses and ASAR integrity it cannot show, nor
 * a keyring, because Playwright makes Chromium use `basic_text`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type JSHandle, type Page } from 'playwright-core';
import { findElectron } from '../../../scripts/setup/electron.mjs';
import { inProject } from '../../../scripts/setup/project.mjs';
import { findXvfb } from '../../../scripts/setup/xvfb.mjs';
import { wordsFor } from '../../../src/hosts/electron/words.ts';
import type { Command, Report } from './control.ts';
import { startDisplay, type Display } from './display.ts';
import { Reports, type DesktopOptions, type DrivenDesktop, type Runner } from './driven-desktop.ts';
import { playUser } from './play-user.ts';

const mark = 'reported to the test: ';
/** The bundle as in a checkout, with migrations and icons beside it (package-desktop.ts). */
const app = inProject('out/desktop-check/app');

/** The runner; or why there is none, for people. */
export function findRealElectron(): Runner | { missing: string } {
  const binary = findElectron();
  if (binary === undefined) {
    return { missing: 'no binary (`node node_modules/electron/install.js` downloads it)' };
  }
  const hasDisplay = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined || findXvfb() !== undefined;
  if (!hasDisplay) return { missing: 'no display (Debian: apt-get install xvfb)' };
  return { name: 'real Electron', start: (options) => start(binary, options) };
}

async function start(binary: string, options: DesktopOptions): Promise<DrivenDesktop> {
  const display = process.platform === 'linux' && !process.env['DISPLAY'] ? await startDisplay() : undefined;
  const env = environment(options, display);
  // Without an executable of its own Playwright takes the package's, and holds `ready` back until it listens.
  const language = `--lang=${options.locale ?? 'en-US'}`;
  const electron = await _electron.launch({ args: [language, app, ...(options.args ?? [])], cwd: app, env });
  const isWithoutKeyring = options.keyring === 'none';
  // On Linux there is none either way; where the test does not mind, its user does not.
  const agreesTo = isWithoutKeyring ? '' : wordsFor('en').unprotectedTitle;
  const player = await electron.evaluateHandle(playUser, { mark, agreesTo, isWithoutKeyring });
  return new RealDesktop({ binary, env, electron, player, display });
}

interface Parts {
  binary: string;
  env: Record<string, string>;
  electron: ElectronApplication;
  player: JSHandle<{ play(command: Command): void }>;
  display: Display | undefined;
}

class RealDesktop extends Reports implements DrivenDesktop {
  readonly #parts: Parts;
  readonly exited: Promise<number | null>;

  constructor(parts: Parts) {
    super();
    this.#parts = parts;
    const { electron } = parts;
    const child = electron.process();
    let output = '';
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    electron.on('console', (message) => {
      if (message.text().startsWith(mark)) this.add(JSON.parse(message.text().slice(mark.length)) as Report);
    });
    this.exited = once(child, 'exit').then(([code]: (number | null)[]) => {
      this.end(output);
      return code ?? null;
    });
  }

  async command(command: Command): Promise<void> {
    const played = this.#parts.player.evaluate((player, given) => player.play(given), command);
    // It may not live to say that it has quit.
    await (command.type === 'quit' ? played.catch(() => undefined) : played);
  }

  async window(index = 0): Promise<Page> {
    const { electron } = this.#parts;
    for (;;) {
      const page = electron.windows().filter((candidate) => candidate.url().startsWith('app://nightshift/'))[index];
      if (page !== undefined) {
        page.setDefaultTimeout(15_000);
        await page.waitForLoadState('domcontentloaded');
        return page;
      }
      await electron.waitForEvent('window');
    }
  }

  addressOf(page: Page): string {
    return page.url();
  }

  workers(): Promise<number[]> {
    return this.#parts.electron.evaluate(({ app: running }) =>
      running
        .getAppMetrics()
        .filter(({ name = '' }) => name.startsWith('Nightshift worker:'))
        .map(({ pid }) => pid),
    );
  }

  async startAgain(args: readonly string[]): Promise<number | null> {
    // Not through Playwright, which takes a program that ends at once for one that could not be started.
    const sandbox = process.platform === 'linux' ? ['--no-sandbox'] : [];
    const child = spawn(this.#parts.binary, [...sandbox, app, ...args], { env: this.#parts.env, stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }

  async kill(): Promise<void> {
    const pid = await this.#parts.electron.evaluate(() => process.pid);
    process.kill(pid, 'SIGKILL');
    await this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#parts.electron.process();
    if (child.exitCode === null && child.signalCode === null) await this.kill();
    this.#parts.display?.process.kill();
  }
}

function environment({ folder, env = {} }: DesktopOptions, display: Display | undefined): Record<string, string> {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    NIGHTSHIFT_PROFILE: join(folder, 'profile'),
    ...(display === undefined ? {} : { DISPLAY: display.name }),
    ...env,
  };
}
