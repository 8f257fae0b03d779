/** What the desktop decides by itself, without a window. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from 'electron';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { PoolView } from '../../src/protocol/pool.ts';
import { addressOf, linkIn } from '../../src/hosts/electron/deep-links.ts';
import { openLogFiles } from '../../src/hosts/electron/log-files.ts';
import { isDocument, isPage, pageAddress } from '../../src/hosts/electron/page-address.ts';
import { drainBeforeQuit } from '../../src/hosts/electron/quit.ts';
import { environmentWithSystem, proxyIn } from '../../src/hosts/electron/system-network.ts';
import { updatesOf } from '../../src/hosts/electron/update-feed.ts';
import { firstState, keepWindowState, onScreen, readWindowState } from '../../src/hosts/electron/window-state.ts';
import { wordsFor } from '../../src/hosts/electron/words.ts';
import { isBusy, workloadOf } from '../../src/hosts/electron/workload.ts';

describe("a window's place", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightshift-window-'));
    file = join(folder, 'window.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const never = (error: unknown): void => {
    throw error;
  };

  it('is the first one until one was kept', async () => {
    expect(readWindowState(file)).toEqual(firstState);
    const state = { x: -20, y: 40, width: 900, height: 700, maximized: true };
    await keepWindowState(file, state, never);
    expect(readWindowState(file)).toEqual(state);
  });

  it.each(['', 'not JSON', '[]', '{"width":1,"height":1,"maximized":false}', '{"width":900}'])(
    'is the first one where the file holds %j',
    (text) => {
      writeFileSync(file, text);
      expect(readWindowState(file)).toEqual(firstState);
    },
  );

  it('that cannot be kept is no failure, and is told', async () => {
    const told: unknown[] = [];
    await keepWindowState(join(folder, 'nowhere', 'window.json'), firstState, (error) => void told.push(error));
    expect(told).toEqual([expect.objectContaining({ code: 'ENOENT' })]);
  });

  const left = { x: 0, y: 0, width: 1_920, height: 1_080 };
  const right = { x: 1_920, y: 0, width: 1_280, height: 1_024 };
  const size = { width: 1_200, height: 820, maximized: false };
  it.each([
    { what: 'on a screen', x: 100, y: 100, screens: [left], isKept: true },
    { what: 'across two', x: 1_500, y: 100, screens: [left, right], isKept: true },
    { what: 'on the second one', x: 2_000, y: 0, screens: [left, right], isKept: true },
    { what: 'on one that is unplugged', x: 2_000, y: 0, screens: [left], isKept: false },
    { what: 'but for a hand to the left', x: -1_120, y: 0, screens: [left], isKept: false },
    { what: 'with a hand and a bit in sight', x: -1_119, y: 0, screens: [left], isKept: true },
    { what: 'with its title above the screen', x: 100, y: -1, screens: [left], isKept: false },
    { what: 'with its title at the bottom', x: 100, y: 1_000, screens: [left], isKept: false },
  ])('$what: kept $isKept', ({ x, y, screens, isKept }) => {
    expect(onScreen({ ...size, x, y }, screens)).toEqual(isKept ? { ...size, x, y } : size);
  });

  it('that was never kept needs no screen', () => {
    expect(onScreen(size, [])).toEqual(size);
  });
});

describe('a link', () => {
  const id = 'conv_01J9ZK3V5W8XQ2R4T6Y7A0B1C2';

  it.each([`nightshift://conversation/${id}`, `nightshift://conversation/${id}/`])('%s is an address', (link) => {
    expect(addressOf(link)).toBe(`#/c/${id}`);
  });

  it.each([
    '',
    'nightshift://',
    'nightshift://conversation/',
    `nightshift://settings/${id}`,
    `https://conversation/${id}`,
    `nightshift://conversation/${id}/../../settings`,
    `nightshift://conversation/${id}%2F..`,
    'nightshift://conversation/<script>',
    `nightshift://conversation/job_${id.slice(5)}`,
  ])('%j is none', (link) => {
    expect(addressOf(link)).toBeUndefined();
  });

  it('is found among the arguments of a start', () => {
    expect(linkIn(['/opt/nightshift', '--flag', `nightshift://conversation/${id}`])).toBe(
      `nightshift://conversation/${id}`,
    );
    expect(linkIn(['/opt/nightshift', 'nightshift'])).toBeUndefined();
  });
});

describe("the page's address", () => {
  it('is its own, and only that', () => {
    expect(pageAddress()).toBe('app://nightshift/index.html');
    expect(isPage('app://nightshift/index.html#/c/1')).toBe(true);
    for (const address of [
      '',
      'app://elsewhere/',
      'https://nightshift/',
      'http://localhost:5173/',
      'file:///index.html',
    ])
      expect(isPage(address)).toBe(false);
  });

  it("is that of a document, or of one of the page's files", () => {
    for (const address of ['app://nightshift/', 'app://nightshift/index.html?a#/c/1'])
      expect(isDocument(address)).toBe(true);
    for (const address of ['app://nightshift/attachments/1', 'app://nightshift/diagram.html', 'https://nightshift/'])
      expect(isDocument(address)).toBe(false);
  });

  it("is the development server's where there is one, and only that", () => {
    const server = 'http://localhost:5173';
    expect(pageAddress(server)).toBe('http://localhost:5173/index.html');
    expect(isPage('http://localhost:5173/#/settings', server)).toBe(true);
    for (const address of ['http://localhost:5174/', 'http://localhost.example:5173/', 'app://nightshift/'])
      expect(isPage(address, server)).toBe(false);
  });
});

describe("the system's proxy", () => {
  it.each([
    ['DIRECT', undefined],
    ['', undefined],
    ['PROXY one:3128; DIRECT', 'http://one:3128'],
    ['PROXY one:3128;PROXY two:3128', 'http://one:3128'],
    ['HTTPS one:443', 'https://one:443'],
    ['SOCKS5 one:1080; PROXY two:3128', 'http://two:3128'],
    ['SOCKS one:1080', undefined],
    ['DIRECT; PROXY one:3128', undefined],
  ])('of %j is %j', (answer, proxy) => {
    expect(proxyIn(answer)).toBe(proxy);
  });

  const session = (answer: string) => ({ resolveProxy: () => Promise.resolve(answer) }) satisfies Partial<Session>;
  it('goes to workers, with the certificates, unless the environment has one of its own', async () => {
    expect(await environmentWithSystem(session('PROXY one:3128'), { TZ: 'UTC' })).toEqual({
      NODE_USE_SYSTEM_CA: '1',
      HTTP_PROXY: 'http://one:3128',
      HTTPS_PROXY: 'http://one:3128',
      TZ: 'UTC',
    });
    expect(
      await environmentWithSystem(session('PROXY one:3128'), { https_proxy: 'http://own:1', NODE_USE_SYSTEM_CA: '0' }),
    ).toEqual({ NODE_USE_SYSTEM_CA: '0', https_proxy: 'http://own:1' });
    expect(await environmentWithSystem(session('DIRECT'), {})).toEqual({ NODE_USE_SYSTEM_CA: '1' });
  });
});

test('work under way is what runs and what waits, in all lanes; what rests is none', () => {
  const none = { active: 0, waiting: 0, delayed: 0, blocked: 0 };
  const lanes = (one: Partial<typeof none>, other: Partial<typeof none> = {}) =>
    ({ lanes: { high: { ...none, ...one }, medium: none, low: { ...none, ...other } } }) satisfies Pick<
      PoolView,
      'lanes'
    >;
  expect(workloadOf(lanes({}))).toEqual({ running: 0, waiting: 0 });
  expect(isBusy(workloadOf(lanes({})))).toBe(false);
  expect(workloadOf(lanes({ active: 2, waiting: 3 }, { active: 1, delayed: 4, blocked: 5 }))).toEqual({
    running: 3,
    waiting: 12,
  });
  expect(isBusy(workloadOf(lanes({}, { delayed: 1 })))).toBe(true);
});

describe('quitting', () => {
  it('asks nobody where nothing runs', async () => {
    const unasked = () => Promise.reject(new Error('asked'));
    expect(await drainBeforeQuit(0, unasked)).toBe(0);
  });

  it.each([
    { answer: 'when-done', drainMs: 3_600_000 },
    { answer: 'now', drainMs: 0 },
    { answer: 'stay', drainMs: undefined },
  ] as const)('told "$answer" it waits for $drainMs ms', async ({ answer, drainMs }) => {
    expect(await drainBeforeQuit(1, () => Promise.resolve(answer))).toBe(drainMs);
  });
});

describe('the words', () => {
  it.each([
    ['de', 'Nightshift beenden'],
    ['de-AT', 'Nightshift beenden'],
    ['en-GB', 'Quit Nightshift'],
    ['fr', 'Quit Nightshift'],
    ['', 'Quit Nightshift'],
  ])('for %j say %j', (locale, quit) => {
    expect(wordsFor(locale).quit).toBe(quit);
  });

  it('count', () => {
    expect([0, 1, 2].map(wordsFor('de').running)).toEqual([
      '0 Antworten werden geschrieben',
      '1 Antwort wird geschrieben',
      '2 Antworten werden geschrieben',
    ]);
  });
});

test('the log is a few files of a bounded size, the newest lines in the first', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-logs-'));
  const line = (number: number): string => `${number} ${'x'.repeat(2 * 1024 * 1024)}\n`;
  const files = openLogFiles(folder);
  for (let number = 1; number <= 20; number += 1) files.write(line(number));
  expect(readdirSync(folder).sort()).toEqual([
    'nightshift.1.log',
    'nightshift.2.log',
    'nightshift.3.log',
    'nightshift.log',
  ]);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThan(7 * 1024 * 1024);
  expect(readFileSync(join(folder, 'nightshift.log'), 'utf8')).toContain('20 x');
  // Another start goes on where the last one ended.
  openLogFiles(folder).write('the next start\n');
  expect(readFileSync(join(folder, 'nightshift.log'), 'utf8')).toMatch(/20 x+\nthe next start\n$/u);
  rmSync(folder, { recursive: true, force: true });
});

describe('updates', () => {
  const here = {
    feed: 'https://updates.example/nightshift/',
    isPackaged: true,
    platform: 'darwin',
    arch: 'arm64',
  } as const;
  it.each([
    [{ feed: undefined }, /off/u],
    [{ feed: '' }, /off/u],
    [{ isPackaged: false }, /packaged/u],
    [{ platform: 'linux' as const }, /package manager/u],
  ])('with %j there are none, and the log says why', (change, why) => {
    expect(updatesOf({ ...here, ...change })).toMatch(why);
  });

  it('are those for this system', () => {
    expect(updatesOf(here)).toEqual({ baseUrl: 'https://updates.example/nightshift/darwin/arm64' });
  });
});
