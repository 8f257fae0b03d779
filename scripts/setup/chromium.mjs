// Finds a Chromium for the browser tests, or installs Debian's where that is possible.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { installPackage } from './debian.mjs';

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** One line for a machine without one. */
export const CHROMIUM_MISSING =
  'No Chromium found for the browser tests: install it (Debian: apt-get install chromium; anywhere: ' +
  'npx playwright-core install chromium) or set CHROMIUM_PATH to its executable.';

/**
 * The executable to run: CHROMIUM_PATH, else a command in PATH, else an application folder, else Playwright's download
 * folder.
 * @returns {string | undefined}
 */
export function findChromium() {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return isExecutable(named) ? named : undefined;
  return [...inPath(), ...applications(), ...playwrightDownloads()].find(isExecutable);
}

/** @returns {Promise<string | undefined>} what findChromium() finds after Debian's package was installed, where it can be */
export async function installChromium() {
  await installPackage('chromium');
  return findChromium();
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function inPath() {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return commands.flatMap((command) => folders.map((folder) => join(folder, command)));
}

function applications() {
  return [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
}

function playwrightDownloads() {
  const cache =
    process.env['PLAYWRIGHT_BROWSERS_PATH'] ??
    join(homedir(), process.platform === 'darwin' ? 'Library/Caches/ms-playwright' : '.cache/ms-playwright');
  if (!existsSync(cache)) return [];
  const executables = [
    'chrome-linux/chrome',
    'chrome-linux64/chrome',
    'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  ];
  return readdirSync(cache)
    .filter((name) => name.startsWith('chromium-'))
    .sort()
    .reverse()
    .flatMap((name) => executables.map((executable) => join(cache, name, executable)));
}
