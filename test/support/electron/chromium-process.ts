/** The browser in which the windows are: one Chromium for each run of the bundle, driven over the DevTools protocol. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_MISSING, findChromium } from '../../../scripts/setup/chromium.mjs';
import { app } from './app.ts';
import { report } from './test-channel.ts';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
];

let started: Promise<Browser> | undefined;

/** Real windows on a display of their own where Debian's Xvfb is installed; without windows elsewhere. */
export function browser(): Promise<Browser> {
  return (started ??= start());
}

async function start(): Promise<Browser> {
  const executable = findChromium();
  if (executable === undefined) throw new Error(CHROMIUM_MISSING);
  const display = await startDisplay();
  const child = spawn(
    executable,
    [
      ...flags,
      ...(display === undefined ? ['--headless'] : []),
      `--user-data-dir=${join(app.getPath('userData'), 'browser')}`,
      'about:blank',
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...(display === undefined ? {} : { DISPLAY: display }) },
    },
  );
  endWithUs(child);
  const endpoint = await lineOf(child, /DevTools listening on (ws:\S+)/u);
  report({ type: 'browser', endpoint });
  return chromium.connectOverCDP(endpoint);
}

async function startDisplay(): Promise<string | undefined> {
  if (!existsSync('/usr/bin/Xvfb')) return undefined;
  const child = spawn('/usr/bin/Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  endWithUs(child);
  const number = child.stdio[3];
  if (number === undefined || number === null) throw new Error('Xvfb has no pipe to say its display');
  const [text] = await new Promise<[Buffer]>((resolve) => number.once('data', (data: Buffer) => resolve([data])));
  return `:${text.toString('utf8').trim()}`;
}

/** A process that is killed takes its windows along; in Electron they are the same program. */
function endWithUs(child: ChildProcess): void {
  process.on('exit', () => void child.kill('SIGKILL'));
}

function lineOf(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`Chromium ended with ${code}`)));
    if (child.stderr === null) throw new Error('Chromium has no stderr');
    createInterface({ input: child.stderr }).on('line', (line) => {
      const found = pattern.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
}
