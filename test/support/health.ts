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

/** Fails after 15 s with what it said last. */
export async function healthBecomes(host: TestHost, code: 200 | 503, reason: RegExp | null): Promise<Healthz> {
  const match = reason === null ? null : (expect.stringMatching(reason) as string);
  await expect
    .poll(() => healthz(host), { timeout: 15_000, interval: 50 })
    .toMatchObject({ code, status: code === 200 ? 'ok' : 'failing', reason: match });
  return healthz(host);
}
