/** The browser in which the windows are: one Chromium for each run of the bundle, driven over the DevTools protocol. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_MISSING, findChromium } from '../../../scripts/setup/chromium.mjs';
import { app } from './app.ts';
import { takeDownloads } from './downloads.ts';
import { startDisplay } from './display.ts';
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
  '--use-fake-device-for-media-stream',
  // Nothing of a test leaves the machine.
  '--host-resolver-rules=MAP * ~NOTFOUND',
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
  if (display !== undefined) endWithUs(display.process);
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
      env: { ...process.env, ...(display === undefined ? {} : { DISPLAY: display.name }) },
    },
  );
  endWithUs(child);
  const endpoint = await lineOf(child, /DevTools listening on (ws:\S+)/u);
  report({ type: 'browser', endpoint });
  // Without Playwright's defaults: downloads go the bundle's way.
  const connected = await chromium.connectOverCDP(endpoint, { noDefaults: true });
  await takeDownloads(connected);
  return connected;
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
