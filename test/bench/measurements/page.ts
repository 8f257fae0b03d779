/** The page in Chromium, on the built host: first load, a long conversation, and ten answers at once. */
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { startHost, type TestHost } from '../../support/host.ts';
import { importConversation } from '../../support/long-conversation.ts';
import { framesWhileWheeling, frameOf60HzMs } from '../browser-frames.ts';
import { atMost, below } from '../figure.ts';
import type { Measurement, MeasurementContext } from '../measurement.ts';
import { loadPlainBox, openPlainList } from '../plain-page.ts';
import { median, ofRuns, quantile } from '../statistics.ts';
import { manyAnswers } from './page-answers.ts';

const messages = 10_000;
const title = 'The long one';

export const page: Measurement = {
  name: 'page',
  limitMs: 120_000,
  async run(context) {
    await using host = await startHost({ from: 'built' });
    const browser = await launchChromium();
    try {
      await importConversation(host, title, messages, text);
      await firstLoad(context, browser, host);
      await longConversation(context, browser, host);
      await manyAnswers(context, browser, host, (hash) => openPage(browser, host, hash));
    } finally {
      await browser.close();
    }
  },
};

function text(index: number): string {
  return index % 2 === 0
    ? `Question ${index}: what follows from it?`
    : `It follows that **${index}** is odd.\n\n- one reason\n- another reason\n\n\`\`\`ts\nconst n = ${index};\n\`\`\``;
}

/** From the navigation until one can write; a profile of its own each time, so nothing is cached. */
async function firstLoad(context: MeasurementContext, browser: Browser, host: TestHost): Promise<void> {
  const times: number[] = [];
  const floor: number[] = [];
  let firstBytes = 0;
  let allBytes = 0;
  for (let round = 0; round < (context.quick ? 3 : 7); round += 1) {
    const profile = await browser.newContext({ viewport: { width: 1280, height: 820 } });
    const tab = await profile.newPage();
    const bodies: Promise<Buffer>[] = [];
    tab.on('response', (response) => {
      if (response.ok() && new URL(response.url()).origin === host.url) bodies.push(response.body());
    });
    const startedAt = performance.now();
    await tab.goto(host.link, { waitUntil: 'commit' });
    await composer(tab).waitFor();
    times.push(performance.now() - startedAt);
    const before = bodies.length;
    // Lazy parts come behind it.
    await tab.waitForLoadState('networkidle');
    tab.removeAllListeners('response');
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
    firstBytes = sum(sizes.slice(0, before));
    allBytes = sum(sizes);
    await profile.close();
    floor.push(await loadPlainBox(browser));
  }
  const value = median(times);
  const kilobytes = firstBytes / 1_000;
  context.report(
    {
      name: 'first load of the page until one can write',
      value,
      unit: 'ms',
      goal: below(value, 1_000),
      limit: { what: 'a page with nothing but a text box, in the same browser', value: median(floor) },
    },
    { name: 'what is fetched until then, gzip', value: kilobytes, unit: 'kB', goal: below(kilobytes, 400) },
    { name: 'with the lazy parts that follow by themselves, gzip', value: allBytes / 1_000, unit: 'kB' },
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

async function longConversation(context: MeasurementContext, browser: Browser, host: TestHost): Promise<void> {
  const times: number[] = [];
  await using window = await openPage(browser, host);
  const { tab } = window;
  const link = tab.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: title });
  for (let round = 0; round < (context.quick ? 3 : 7); round += 1) {
    await link.waitFor();
    // In the page's own time, from the click to the frame after the newest message stands there.
    times.push(await tab.evaluate(openAndPaint, { title, last: `It follows that ${messages - 1} is odd.` }));
    // Anew each time: a page that has shown it before shows it at once.
    await tab.evaluate(() => {
      location.hash = '#/';
    });
    await tab.reload();
    await composer(tab).waitFor();
    await tab.waitForLoadState('networkidle');
  }
  const opening = ofRuns(times);
  context.report({
    name: `opening a conversation of ${messages.toLocaleString('en')} messages`,
    unit: 'ms',
    ...opening,
    goal: below(opening.value, 300),
  });
  await link.click();
  await tab.getByText(`It follows that ${messages - 1} is odd.`).waitFor();
  // Older messages are loaded meanwhile.
  const frames = await framesWhileWheeling(tab, '[role=log]', 4_000);
  const reached = await tab.getByRole('log').getByRole('article').count();
  context.note(`${frames.length} frames, ${reached} messages`);
  await using plain = await openPlainList(browser, messages);
  await plain.tab.locator('main').evaluate((region) => region.scrollTo(0, region.scrollHeight));
  const floor = await framesWhileWheeling(plain.tab, 'main', 4_000);
  const what = `a plain list of ${messages.toLocaleString('en')} lines, in the same browser`;
  const p95 = quantile(frames, 0.95);
  context.report(
    {
      name: 'a frame while scrolling it, p95',
      value: p95,
      unit: 'ms',
      goal: atMost(p95, frameOf60HzMs),
      limit: { what, value: quantile(floor, 0.95) },
    },
    {
      name: 'the longest frame while scrolling it',
      value: Math.max(...frames),
      unit: 'ms',
      limit: { what, value: Math.max(...floor) },
    },
  );
}

interface Opened extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly tab: Page;
}

async function openPage(browser: Browser, host: TestHost, hash = ''): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 820 } });
  const tab = await context.newPage();
  await tab.goto(host.link);
  // The link's token is gone from the address by then.
  await composer(tab).waitFor();
  if (hash !== '')
    await tab.evaluate((to) => {
      location.hash = to;
    }, hash);
  await composer(tab).waitFor();
  return { context, tab, [Symbol.asyncDispose]: () => context.close() };
}

const composer = (tab: Page) => tab.getByRole('textbox', { name: 'Message', exact: true });

/** Runs in the page. */
async function openAndPaint({ title: wanted, last }: { title: string; last: string }): Promise<number> {
  const links = document.querySelectorAll<HTMLAnchorElement>('nav a');
  const link = [...links].find(({ textContent }) => textContent.includes(wanted));
  if (link === undefined) throw new Error('the conversation is not in the list');
  const startedAt = performance.now();
  link.click();
  const isThere = (): boolean => document.querySelector('[role=log]')?.textContent.includes(last) === true;
  do {
    await new Promise((painted) => requestAnimationFrame(painted));
  } while (!isThere() && performance.now() - startedAt < 20_000);
  await new Promise((painted) => requestAnimationFrame(painted));
  return performance.now() - startedAt;
}
