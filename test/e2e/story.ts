/** What the tests of a file share: a browser, and a host with its model. */
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startHost, type StartHostOptions, type TestHost } from '../support/host.ts';
import { openWindow, type Window } from './page-driver.ts';

/** Whatever the host of a story needs beside it. */
export interface StoryModel extends AsyncDisposable {
  /** Makes a host use it. */
  readonly env: Readonly<Record<string, string>>;
}

export interface StoryOptions<Model extends StoryModel> {
  /** Starts what answers. Absent: the demo answers. */
  readonly model?: () => Promise<Model>;
  readonly host?: Omit<StartHostOptions, 'env'>;
  /** How long model and host live. `test`: each test has its own; the browser is the file's all the same. */
  readonly per?: 'file' | 'test';
}

/** All of it is there from the first hook or test on that stands after it in the file. */
export interface Story<Model extends StoryModel> {
  readonly browser: Browser;
  readonly host: TestHost;
  readonly model: Model;
  /** A fresh profile that opens the link of the host. Whoever opens it closes it. */
  open(options?: BrowserContextOptions): Promise<Window>;
}

/**
 * Starts the parts before the tests of this file, and ends them after.
 *
 *     const story = tellStory({ model: startLedModel });
 *     test('…', async () => {
 *       await using window = await story.open();
 *       await window.send('Hello?');
 *       (await story.model.asked('Hello?')).answer('Good evening.');
 */
export function tellStory(options?: StoryOptions<never>): Story<never>;
export function tellStory<Model extends StoryModel>(options: StoryOptions<Model>): Story<Model>;
export function tellStory<Model extends StoryModel>({
  model: startModel,
  host: hostOptions,
  per = 'file',
}: StoryOptions<Model> = {}): Story<Model> {
  let browser: Browser | undefined;
  let model: Model | undefined;
  let host: TestHost | undefined;
  const launch = async (): Promise<void> => {
    browser = await launchChromium();
  };
  const start = async (): Promise<void> => {
    model = await startModel?.();
    host = await startHost({ ...hostOptions, ...(model === undefined ? {} : { env: model.env }) });
  };
  const end = async (): Promise<void> => {
    await host?.close();
    await model?.[Symbol.asyncDispose]();
    host = model = undefined;
  };

  if (per === 'file') {
    beforeAll(() => Promise.all([launch(), start()]).then(() => undefined));
  } else {
    beforeAll(launch);
    beforeEach(start);
    afterEach(end);
  }
  afterAll(async () => {
    await end();
    await browser?.close();
  });

  return {
    get browser() {
      return started(browser, 'browser');
    },
    get host() {
      return started(host, 'host');
    },
    get model() {
      return started(model, 'model');
    },
    open(windowOptions) {
      return openWindow(this.browser, this.host.link, windowOptions);
    },
  };
}

function started<Part>(part: Part | undefined, name: string): Part {
  if (part === undefined) throw new Error(`This story has no ${name}, or it has not begun.`);
  return part;
}
