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
        const queue = name === 'job' ? matching('test/engine/{queue,fallbacks}.test.ts') : [];
        return [own, model.filter((test) => !own.includes(test)), queue];
      },
    },
    {
      name: 'job repository',
      files: matching('db/jobs/*.ts'),
      rounds: () => [
        matching('test/db/{job-queries,job-companions}.test.ts'),
        matching('test/db/{jobs,plans}.test.ts'),
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
