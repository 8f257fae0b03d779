/**
 * What a window's page cannot do, whatever has got into it: the lines of Electron's security checklist (SECURITY.md) that
 * can be tried from inside. One desktop; each test leaves its page as it was.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DrivenDesktop } from '../support/electron/driven-desktop.ts';
import { runners } from '../support/electron/runners.ts';
import { message, openBench, type Bench } from './driver.ts';

describe.each(runners('security'))("the desktop's page on $name", (runner) => {
  let bench: Bench;
  let desktop: DrivenDesktop;
  let page: Page;

  beforeAll(async () => {
    bench = await openBench(runner);
    desktop = await bench.start();
    page = await desktop.window();
    await message(page).waitFor();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  const opened = (): string[] => desktop.all('opened').map(({ what }) => what);

  test('has nothing of Node, and of the main process two members', async () => {
    const found = await page.evaluate(() => ({
      node: ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter(
        (name) => name in window,
      ),
      bridge: Object.keys(window.nightshiftDesktop ?? {}),
      isFrozen: Object.isFrozen(window.nightshiftDesktop),
    }));
    expect(found).toEqual({ node: [], bridge: ['platform', 'connect'], isFrozen: true });
  });

  test('cannot reach what the preload has: worlds are apart', async () => {
    const seen = await page.evaluate(() => {
      // What the preload has made is not made of the page's own prototypes.
      let calls = 0;
      const { call } = Function.prototype;
      Function.prototype.call = function spied(...args) {
        calls += 1;
        return Reflect.apply(call, this, args) as unknown;
      };
      window.nightshiftDesktop?.connect();
      Function.prototype.call = call;
      return calls;
    });
    expect(seen).toBe(0);
    // It asked for a port of its own: the page goes on with that.
    await page.reload();
    await message(page).waitFor();
  });

  test('reaches nothing but its own files', async () => {
    const tried = await page.evaluate(async () => {
      const reach = (url: string) =>
        fetch(url).then(
          ({ status }) => status,
          () => 'refused',
        );
      return {
        elsewhere: await reach('https://example.com/'),
        unencrypted: await reach('http://example.com/'),
        file: await reach('file:///etc/passwd'),
        outside: await reach('/../../../package.json'),
        encoded: await reach('/..%2f..%2fpackage.json'),
        written: await fetch('/index.html', { method: 'POST' }).then(({ status }) => status),
        own: await reach('/index.html'),
      };
    });
    expect(tried).toEqual({
      elsewhere: 'refused',
      unencrypted: 'refused',
      file: 'refused',
      outside: 404,
      encoded: 404,
      written: 404,
      own: 200,
    });
  });

  test('runs no script, style, frame or plugin that is not a file of its own', async () => {
    const tried = await page.evaluate(async () => {
      const refused = new Set<string>();
      const all = new Promise<void>((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          if (refused.add(effectiveDirective).size === 7) resolve();
        });
      });
      const added: HTMLElement[] = [];
      const add = (name: string, set: (element: HTMLElement) => void): void => {
        const element = document.createElement(name);
        set(element);
        document.body.append(element);
        added.push(element);
      };
      add('script', (element) => (element.textContent = 'window.ran = true'));
      add('script', (element) => element.setAttribute('src', 'https://example.com/x.js'));
      add('style', (element) => (element.textContent = 'body { color: red }'));
      add('img', (element) => element.setAttribute('src', 'https://example.com/x.png'));
      add('iframe', (element) => element.setAttribute('src', 'https://example.com/'));
      add('object', (element) => element.setAttribute('data', 'https://example.com/'));
      add('a', (element) => element.setAttribute('onclick', 'window.ran = true'));
      // In a turn of the page's own: what Playwright evaluates is let through.
      const evaluated = await new Promise<boolean>((resolve) => {
        setTimeout(() => {
          try {
            // oxlint-disable-next-line no-eval -- it is the page that has to refuse it
            (0, eval)('window.ran = true');
            resolve(true);
          } catch {
            resolve(false);
          }
        });
      });
      await all;
      for (const element of added) element.remove();
      return { refused: [...refused].sort(), evaluated, ran: 'ran' in window };
    });
    expect(tried.ran).toBe(false);
    expect(tried.evaluated).toBe(false);
    expect(tried.refused).toEqual([
      'frame-src',
      'img-src',
      'object-src',
      'script-src',
      'script-src-attr',
      'script-src-elem',
      'style-src-elem',
    ]);
  });

  test('does not leave its address, by a link, a script or a form', async () => {
    for (const url of ['https://example.com/', 'http://127.0.0.1:1/', 'file:///etc/passwd', 'data:text/html,away']) {
      await page.evaluate((away) => {
        location.href = away;
      }, url);
      await message(page).waitFor();
      expect(desktop.addressOf(page), url).toMatch(/^app:\/\/nightshift\/index\.html/u);
    }
    expect(opened().filter((what) => what.startsWith('the window went to'))).toEqual([]);
  });

  test('opens no window; web and mail addresses go to the system, others nowhere', async () => {
    const results = await page.evaluate(() =>
      [
        'https://example.com/a',
        'mailto:a@example.com',
        'file:///etc/passwd',
        'javascript:alert(1)',
        'ms-settings:',
      ].map((url) => window.open(url) === null),
    );
    expect(results).toHaveLength(5);
    await desktop.reported('opened', ({ what }) => what === 'mailto:a@example.com');
    await page.evaluate(() => window.open('https://example.com/b') === null);
    await desktop.reported('opened', ({ what }) => what === 'https://example.com/b');
    expect(opened().filter((what) => !what.startsWith('default client'))).toEqual([
      'https://example.com/a',
      'mailto:a@example.com',
      'https://example.com/b',
    ]);
  });

  test('attaches no webview', async () => {
    const isElement = await page.evaluate(() => {
      const view = document.createElement('webview');
      view.setAttribute('src', 'https://example.com/');
      document.body.append(view);
      const known = view.constructor !== HTMLElement && view.constructor !== HTMLUnknownElement;
      view.remove();
      return known;
    });
    expect(isElement).toBe(false);
  });

  test('is granted notifications and the copy buttons, and no other permission', async () => {
    const states = await page.evaluate(async () => {
      const names = [
        'geolocation',
        'camera',
        'microphone',
        'midi',
        'clipboard-read',
        'persistent-storage',
        'notifications',
      ];
      const asked = names.map(async (name): Promise<[string, string]> => [
        name,
        (await navigator.permissions.query({ name: name as PermissionName })).state,
      ]);
      const where = new Promise<string>((resolve) => {
        navigator.geolocation.getCurrentPosition(
          () => resolve('told'),
          ({ code }) => resolve(code === GeolocationPositionError.PERMISSION_DENIED ? 'denied' : `code ${code}`),
        );
      });
      const camera = navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'seen',
        (error: unknown) => (error instanceof DOMException ? error.name : 'otherwise'),
      );
      const states: Record<string, string> = Object.fromEntries(await Promise.all(asked));
      return { ...states, where: await where, seen: await camera };
    });
    expect(states).toEqual({
      geolocation: 'denied',
      camera: 'denied',
      microphone: 'denied',
      midi: 'denied',
      'clipboard-read': 'denied',
      'persistent-storage': 'denied',
      notifications: 'granted',
      where: 'denied',
      seen: 'NotAllowedError',
    });
    expect(await page.evaluate(() => navigator.clipboard.writeText('copied').then(() => 'copied'))).toBe('copied');
    expect(
      await page.evaluate(() =>
        navigator.clipboard.readText().then(
          () => 'read',
          (error: unknown) => (error instanceof DOMException ? error.name : 'otherwise'),
        ),
      ),
    ).toBe('NotAllowedError');
  });
});
