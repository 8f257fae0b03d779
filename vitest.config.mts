import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Three groups, one after the other. Tests of pure code and of the database run side by side. So do tests that start our
// processes and browsers and wait for what these do, but fewer at a time. Tests that measure run one file at a time: how soon
// a request is aborted, how long a silence is, how much memory is left in use. On a small machine a neighbour would take the
// time that they measure.
const processes = ['test/{worker,package,desktop,hosts,integration,chaos,storage,door,e2e,browser}/**/*.test.{ts,tsx}'];
const measuring = [
  'test/chaos/**/*.test.ts',
  'test/desktop/utility-worker-host.test.ts',
  'test/door/{hostile-answers,websocket}.test.ts',
  'test/integration/{pool,unconfirmed}.test.ts',
  'test/worker/{child-process-worker-host,delta-stream,wire,worker-http}.test.ts',
];
const architecture = ['test/architecture/**/*.test.ts'];

/**
 * A machine that others use too may take its time from a process at any moment. Tests of several processes are tried once
 * more, in CI only; the report names each test that needed it, and such a test is to be mended.
 */
const secondTry = process.env['CI'] === undefined ? 0 : 1;

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

const ofProcesses = {
  ...common,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // A poll waits for processes that share the machine; one that ends sooner than the test would say nothing about them.
  expect: { poll: { timeout: 15_000 } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'directions',
          maxWorkers: '100%',
          include: architecture,
          sequence: { groupOrder: 0 },
        },
      },
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
          ...ofProcesses,
          name: 'processes',
          include: processes,
          exclude: measuring,
          // Each of them is several processes already, and waits for them most of the time.
          maxWorkers: Math.max(3, Math.floor(availableParallelism() / 2)),
          retry: secondTry,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve: { alias: [electron] },
        test: {
          ...ofProcesses,
          name: 'measuring',
          include: measuring,
          maxWorkers: 1,
          retry: secondTry,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
