/** What is mutated, and which tests are to notice. */
import { globSync } from 'node:fs';
import { basename } from 'node:path';

export interface Area {
  name: string;
  /** From the root of the checkout, sorted. */
  files: string[];
  /** Test files in rounds, the fastest first: a later round is run for what an earlier one has not caught. */
  rounds: (file: string) => string[][];
}

/** Tests of the machines that use a policy, by its name; what only the engine uses has tests of its own alone. */
const usersOfPolicy: Readonly<Record<string, string>> = {
  backoff: 'provider',
  'pool-plan': 'supervisor',
  'pool-size': 'supervisor',
  'restart-intensity': '{worker,supervisor}',
};

/**
 * Machines whose model takes every path with real jobs, goals or tasks: too long for each mutant. Their steps have tests of
 * their own, and what only the engine can tell is in the further rounds.
 */
const walked: ReadonlySet<string> = new Set(['job', 'goal', 'task']);

/** Further rounds for a machine and its parts, by the first word of their names. */
const machineRounds: Readonly<Record<string, readonly string[]>> = {
  job: ['test/machines/job.test.ts', 'test/engine/queue.test.ts'],
  step: ['test/machines/job.test.ts'],
};

/** @param root of the checkout, or of a copy of it */
export function areasOf(root: string): Area[] {
  const matching = (...patterns: readonly string[]): string[] => globSync(patterns, { cwd: root }).toSorted();
  return [
    {
      name: 'policies',
      files: matching('machines/policy/*.ts'),
      rounds: (file) => {
        const name = basename(file, '.ts');
        const users = usersOfPolicy[name];
        return [
          matching(`test/machines/policy/${name}.test.ts`),
          users === undefined ? [] : matching(`test/machines/${users}.test.ts`),
        ];
      },
    },
    {
      name: 'machines',
      files: matching('machines/*.ts'),
      // `worker.machine.ts`, `.rules.ts` and `.context.ts` are one machine: one set of tests tells of all three.
      rounds: (file) => {
        const name = basename(file).split('.', 1)[0] ?? '';
        const further = (machineRounds[name] ?? []).map((pattern) => matching(pattern));
        const parts = `test/machines/${name}-*.test.ts`;
        const own = walked.has(name) ? matching(parts) : matching(`test/machines/${name}{,.model}.test.ts`, parts);
        return [own, ...further];
      },
    },
    {
      name: 'job repository',
      files: matching('db/jobs/*.ts'),
      rounds: (file) => {
        const walks = /\/(?:job-lists|job-walk|job-lines|packed-ids)\.ts$/u.test(file);
        const own = walks ? 'job-walk' : '{job-queries,job-companions,job-neighbours}';
        return [matching(`test/db/${own}.test.ts`), matching('test/db/{jobs,plans}.test.ts')];
      },
    },
    {
      name: 'goal repository',
      files: matching('db/goals/*.ts'),
      rounds: () => [matching('test/db/goal*.test.ts'), matching('test/db/plans.test.ts')],
    },
    {
      name: 'goals, what is pure',
      files: matching(
        'src/engine/goals/{budget,fit,goal-file,json-in,read-*,safe-name,summary-line,time-left,whole-answer}.ts',
      ),
      rounds: () => [matching('test/engine/goals-{file,limits,reading}.test.ts')],
    },
    {
      name: 'error classifier',
      files: ['src/worker/classify.ts', 'src/worker/retry-after.ts'],
      // Not wire.test.ts: it measures time, and a busy machine would catch mutants that the table's tests do not.
      rounds: () => [matching('test/worker/{classify,retry-after}.test.ts')],
    },
  ];
}
