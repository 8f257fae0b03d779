import { defineConfig } from 'vitest/config';

// Two groups, one after the other. Tests of pure code and of the database run side by side. Tests that start our
// processes, kill them and measure how fast they are back run one file at a time: on a small machine a neighbour would
// take the time that they measure.
const processes = ['test/{worker,package,desktop,hosts,integration,chaos,storage,door,e2e,browser}/**/*.test.{ts,tsx}'];
const architecture = ['test/architecture/**/*.test.ts'];

/** Inside the tests' processes `electron` is the stand-in; `electron/…` is not. */
const electron = {
  find: /^electron$/,
  replacement: new URL('test/support/electron/in-tests.ts', import.meta.url).pathname,
};

const common = {
  pool: 'forks' as const,
  testTimeout: 30_000,
  hookTimeout: 30_000,
};

export default defineConfig({
  test: {
    projects: [
      { test: { ...common, name: 'directions', include: architecture, sequence: { groupOrder: 0 } } },
      {
        test: {
          ...common,
          name: 'unit',
          maxWorkers: '100%',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...processes, ...architecture],
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve: { alias: [electron] },
        test: {
          ...common,
          name: 'processes',
          include: processes,
          fileParallelism: false,
          // A machine that others use too may take a second from a browser or a process at any time. Once more, in CI only; the
          // report names each test that needed it.
          retry: process.env['CI'] === undefined ? 0 : 1,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
