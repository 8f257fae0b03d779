/**
 * The control room's table over 100,000 jobs: what a list costs, what of it the engine's thread notices, and how smoothly its
 * rows scroll in Chromium (headless, without a graphics card: a real screen is faster).
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { startHost } from '../../support/host.ts';
import { JobSpec } from '../../../src/protocol/api.ts';
import type { JobListFilter } from '../../../src/protocol/queue.ts';
import { startEngine, type BenchEngine } from '../bench-engine.ts';
import { framesWhileScrolling } from '../browser-frames.ts';
import { below, type Figure } from '../figure.ts';
import { enqueueAll } from '../jobs.ts';
import type { Measurement } from '../measurement.ts';
import { openPlainList } from '../plain-page.ts';
import { ofRuns, quantile } from '../statistics.ts';

const rows = 100_000;
const runs = 3;
const goalEngineMs = 5;
const goalFrameMs = 50;
const goalJumpMs = 500;

/** Not due for a day: a queue that stands still, so that only the table is measured. */
const standing = JobSpec.parse({
  name: 'standing',
  model: 'demo/demo',
  lane: 'low',
  messages: [{ role: 'user', content: 'What did we decide about the release on Friday?' }],
  delayMs: 86_400_000,
});

export const queueTable: Measurement = {
  name: 'queue-table',
  limitMs: 120_000,
  async run(context) {
    const folder = context.folder();
    const bench = await startEngine(folder);
    await enqueueAll(bench.engine, standing, rows);
    context.report(
      await listFigure(bench, 'all', {}),
      await listFigure(bench, 'of one state and lane', { state: 'delayed', lane: 'low' }),
      await listFigure(bench, 'with a text', { text: 'FRIDAY' }),
      await engineFigure(bench),
    );
    await bench.close();

    await using host = await startHost({ dataDir: folder });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 820 } });
      await page.goto(host.link);
      await page.evaluate(() => {
        location.hash = '#/queue';
      });
      await page.locator('[role=row] a').first().waitFor();
      const frames = await framesWhileScrolling(page, '[role=grid]', 6_000);
      const worst = Math.max(...frames);
      context.note(`${frames.length} frames, the longest ${worst.toFixed(1)} ms`);
      await using plain = await openPlainList(browser, rows / 10);
      const floor = await framesWhileScrolling(plain.tab, 'main', 6_000);
      const what = `a plain list of ${(rows / 10).toLocaleString('en')} lines, in the same browser`;
      const jumps: number[] = [];
      for (const share of [0.5, 0.9, 0.1, 0.7, 0.3]) jumps.push(await jumped(page, share));
      const jump = ofRuns(jumps);
      context.report(
        { name: `a frame while ${count} rows scroll, p50`, value: quantile(frames, 0.5), unit: 'ms' },
        {
          name: `a frame while ${count} rows scroll, p99`,
          value: quantile(frames, 0.99),
          unit: 'ms',
          limit: { what, value: quantile(floor, 0.99) },
        },
        {
          name: `the longest frame while ${count} rows scroll`,
          value: worst,
          unit: 'ms',
          goal: below(worst, goalFrameMs),
          limit: { what, value: Math.max(...floor) },
        },
        {
          name: 'from a jump of the scroll bar to its rows',
          unit: 'ms',
          ...jump,
          goal: below(jump.value, goalJumpMs),
        },
      );
    } finally {
      await browser.close();
    }
  },
};

const count = rows.toLocaleString('en');

async function listFigure({ engine }: BenchEngine, what: string, filter: JobListFilter): Promise<Figure> {
  const taken: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startedAt = performance.now();
    const { total } = await engine.queue.openList(filter);
    taken.push(performance.now() - startedAt);
    if (total !== rows) throw new Error(`the list "${what}" holds ${total} jobs`);
  }
  return { name: `a list of ${count} jobs, ${what}`, unit: 'ms', ...ofRuns(taken) };
}

/** The longest time for which the engine's thread took nothing else while lists were made and read. */
async function engineFigure({ engine }: BenchEngine): Promise<Figure> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const { listId } = await engine.queue.openList({ text: 'friday' });
  for (let from = 0; from < rows; from += 5_000) await engine.queue.lines({ listId, from, limit: 100 });
  await engine.queue.news(listId);
  delay.disable();
  // The histogram counts the 1 ms that it sleeps between two looks.
  const value = delay.percentile(99) / 1e6 - 1;
  return {
    name: 'delay of the engine’s thread meanwhile, p99',
    value: Math.max(0, value),
    unit: 'ms',
    goal: below(value, goalEngineMs),
  };
}

/** From the jump to the frame in which every row on screen has its job. */
function jumped(page: Page, share: number): Promise<number> {
  return page.evaluate(
    (to) =>
      new Promise<number>((resolve) => {
        const grid = document.querySelector('[role=grid]');
        if (grid === null) throw new Error('there is no table');
        const startedAt = performance.now();
        grid.scrollTop = grid.scrollHeight * to;
        const look = (now: number): void => {
          const { top, bottom } = grid.getBoundingClientRect();
          const onScreen = [...grid.querySelectorAll('[role=row]')].filter((row) => {
            const box = row.getBoundingClientRect();
            return box.bottom > top + 40 && box.top < bottom;
          });
          const filled = onScreen.filter((row) => row.querySelector('a') !== null).length;
          if (filled >= 8 && filled >= onScreen.length - 1) resolve(now - startedAt);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    share,
  );
}
