/**
 * Ways for a worker to die from inside, each on a signal of its own. The chaos host loads this file into its workers
 * with `--import`, before the worker's own entry; no code of the product knows of it.
 */

export const deaths = {
  exit: 'SIGUSR2',
  'unhandled rejection': 'SIGALRM',
  'out of memory': 'SIGVTALRM',
  'blocked event loop': 'SIGIO',
} as const satisfies Record<string, NodeJS.Signals>;

export type InnerDeath = keyof typeof deaths;

/** How long the event loop is blocked: longer than heartbeats may be missed, and not for ever, should the host be gone. */
export const blockedMs = 8_000;

const acts: Record<InnerDeath, () => void> = {
  exit: () => process.exit(3),
  'unhandled rejection': () => void Promise.reject(new Error('chaos: nobody handles this')),
  'out of memory': () => {
    const held: number[][] = [];
    for (;;) held.push(Array.from({ length: 100_000 }, () => Math.random()));
  },
  'blocked event loop': () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs),
};

export function installDeaths(): void {
  for (const name of Object.keys(deaths) as InnerDeath[]) process.on(deaths[name], acts[name]);
}
