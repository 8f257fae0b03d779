/**
 * A process that runs tests again and again, told over IPC: starting Vitest for each mutant would take most of the time.
 * Its parent kills it when a mutant hangs (`test-runner.ts`). The first argument is the root of the copy.
 */
import { createVitest } from 'vitest/node';
import type { Outcome, Round } from './test-runner.ts';

const [root] = process.argv.slice(2);
if (root === undefined || process.send === undefined) throw new Error('started by test-runner.ts only');

const vitest = await createVitest({
  root,
  config: false,
  watch: false,
  include: ['test/**/*.test.ts'],
  reporters: [{}],
  silent: true,
  pool: 'threads',
  isolate: false,
  maxWorkers: 1,
  fileParallelism: false,
  bail: 1,
  testTimeout: 30_000,
  hookTimeout: 30_000,
});

async function run({ changed, tests }: Round): Promise<Outcome> {
  for (const file of changed) vitest.invalidateFile(file);
  const project = vitest.getRootProject();
  const specifications = tests.map((test) => project.createSpecification(test));
  // The state keeps what earlier rounds have found.
  vitest.state.clearFiles(project, tests);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const failed = testModules.find((module) => tests.includes(module.moduleId) && !module.ok());
  if (failed === undefined) return { caughtBy: unhandledErrors.length > 0 ? 'an unhandled error' : undefined };
  const [test] = [...failed.children.allTests('failed')];
  return { caughtBy: `${failed.relativeModuleId}${test === undefined ? '' : `: ${test.fullName}`}` };
}

process.on('message', (round: Round) => {
  void run(round).then((outcome) => process.send?.(outcome));
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
