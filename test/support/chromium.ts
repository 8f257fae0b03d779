/** A real browser for the browser tests: Debian's Chromium, Google Chrome, or Playwright's download. */
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_MISSING, findChromium } from '../../scripts/setup/chromium.mjs';

/** No sandbox: root in a container cannot have one. The rest keeps it from speaking to anyone but the page's server. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts a headless Chromium with a fresh profile. The caller closes it.
 * @throws Error saying what to install, when this machine has none: a browser test fails then, it is never left out
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(CHROMIUM_MISSING);
  return chromium.launch({ executablePath, headless: true, args: flags });
}
