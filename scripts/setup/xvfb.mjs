// Finds an X server without a screen for the desktop's tests, or installs Debian's where that is possible.
import { existsSync } from 'node:fs';
import { installPackage } from './debian.mjs';

/** XVFB_PATH: another one, or, where nothing is, none. */
const executable = process.env['XVFB_PATH'] ?? '/usr/bin/Xvfb';

const XVFB_MISSING =
  "No Xvfb found: the desktop's tests run in a Chromium without windows (Debian: apt-get install xvfb).";

/** @returns {string | undefined} undefined also where windows need none: on a Mac, on Windows */
export function findXvfb() {
  return process.platform === 'linux' && existsSync(executable) ? executable : undefined;
}

/** Installs it where it is missing and can be had; says in one line what it means that it is not there. */
export async function prepareXvfb() {
  if (process.platform !== 'linux' || findXvfb() !== undefined) return;
  await installPackage('xvfb');
  if (findXvfb() === undefined) process.stderr.write(`${XVFB_MISSING}\n`);
}
