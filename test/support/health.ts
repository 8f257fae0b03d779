/** What `GET /healthz` says, asked until it says what the test waits for. */
import { z } from 'zod';
import { expect } from 'vitest';
import type { TestHost } from './host.ts';

const Body = z.object({ status: z.string(), reason: z.string().nullable() });

export type Healthz = z.infer<typeof Body> & { code: number };

export async function healthz(host: TestHost): Promise<Healthz> {
  const response = await fetch(`${host.url}/healthz`);
  return { code: response.status, ...Body.parse(await response.json()) };
}

/**
 * Waits until both doors say so: `/healthz`, and the watch that the page makes its banner from. Fails after 15 s with what
 * was said last.
 */
export async function healthBecomes(host: TestHost, code: 200 | 503, reason: RegExp | null): Promise<Healthz> {
  const match = reason === null ? null : (expect.stringMatching(reason) as string);
  const status = code === 200 ? 'ok' : 'failing';
  const options = { timeout: 15_000, interval: 50 };
  await expect.poll(() => healthz(host), options).toMatchObject({ code, status, reason: match });
  await expect.poll(() => told(host), options).toMatchObject({ status, reason: match });
  return healthz(host);
}

/** What a page that connects now is told. */
function told(host: TestHost): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const subscription = host.client.system.watchHealth.subscribe(undefined, {
    onData(health) {
      resolve(health);
      // The first one may arrive before `subscribe` returns.
      queueMicrotask(() => subscription.unsubscribe());
    },
    onError: reject,
  });
  return promise;
}
