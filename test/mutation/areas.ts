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

/** Where a repository's rules are tested as a whole, besides its queries. */
const engineTestOf: Readonly<Record<string, string>> = {
  'db/jobs/dependency.repository.ts': 'test/engine/dependencies.test.ts',
  'db/jobs/retention.repository.ts': 'test/engine/retention.test.ts',
};

/** @param root of the checkout, or of a copy of it */
export function areasOf(root: string): Area[] {
  const matching = (...patterns: string[]): string[] => globSync(patterns, { cwd: root }).toSorted();
  return [
    {
      name: 'policies',
      files: matching('machines/policy/*.ts'),
      rounds: (file) => {
        const own = matching(`test/machines/policy/${basename(file, '.ts')}.test.ts`);
        return [own, matching('test/machines/{supervisor,job,provider}.test.ts')];
      },
    },
    {
      name: 'machines',
      files: matching('machines/*.ts', 'machines/job/*.ts'),
      rounds: (file) => {
        const name = file.startsWith('machines/job') ? 'job' : basename(file, '.ts').replace('.machine', '');
        const own = matching(`test/machines/${name}.test.ts`);
        const model = name === 'job' || name === 'step' ? matching('test/machines/job*.test.ts') : [];
        const engine = ['queue', 'dependencies', 'stopping-jobs', 'fallbacks', 'rate-limits'];
        const queue = name === 'job' ? matching(`test/engine/{${engine.join(',')}}.test.ts`) : [];
        return [own, model.filter((test) => !own.includes(test)), queue];
      },
    },
    {
      name: 'job repository',
      files: matching('db/jobs/*.ts'),
      rounds: (file) => [
        matching('test/db/job-queries.test.ts'),
        matching('test/db/{jobs,plans}.test.ts'),
        matching(engineTestOf[file] ?? 'test/engine/stopping-jobs.test.ts'),
      ],
    },
    {
      name: 'error classifier',
      files: ['src/worker/classify.ts', 'src/worker/retry-after.ts'],
      // Not wire.test.ts: it measures time, and a busy machine would catch mutants that the table's tests do not.
      rounds: () => [matching('test/worker/{classify,retry-after}.test.ts')],
    },
  ];
}
