/**
 * `npm run mutants -- [options]`: do the tests notice a fault? Small faults (mutants) are put into the machines, their
 * policies, the repositories of jobs and goals, what is pure of the goals and the error classifier, one at a time and in a copy,
 * and the tests of that file are run.
 *
 * | option | |
 * |---|---|
 * | `--sample N` | so many for each area, 40 by default; `all`: every one |
 * | `--seed N` | fixes the sample and its order |
 * | `--only PATH` | files whose path contains this; may be given several times |
 * | `--verdicts FILE` | keeps what became of each mutant, and does not try again what is kept there |
 * | `--again` | tries the kept survivors again: tests have been written since |
 * | `--minutes N` | ends after so long; with `--verdicts` the next run goes on |
 *
 * docs/MUTATION.md has the last scores and says why each survivor survives. Exit code 0 when each area has at least 85 % of
 * its mutants caught.
 */
import { parseArgs } from 'node:util';
import { root } from '../../scripts/setup/project.mjs';
import { areasOf } from './areas.ts';
import { Check } from './check.ts';
import { copyOf } from './copy.ts';
import { report, reached } from './score.ts';

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    sample: { type: 'string', default: '40' },
    only: { type: 'string', multiple: true, default: [] },
    verdicts: { type: 'string' },
    again: { type: 'boolean', default: false },
    minutes: { type: 'string', default: 'Infinity' },
  },
});
const seed = Number(flags.seed);
const sample = flags.sample === 'all' ? Infinity : Number(flags.sample);
const minutes = Number(flags.minutes);
if (!Number.isInteger(seed) || seed < 0 || !(Number.isInteger(sample) || sample === Infinity) || sample < 1) {
  process.stderr.write('--seed takes a whole number from 0, --sample one from 1 or "all"\n');
  process.exit(2);
}
if (!(minutes > 0)) {
  process.stderr.write('--minutes takes a number above 0\n');
  process.exit(2);
}

const note = (line: string): void => void process.stdout.write(`${line}\n`);
using copy = copyOf(root);
await using check = new Check({
  copy,
  seed,
  sample,
  verdicts: flags.verdicts,
  again: flags.again,
  until: performance.now() + minutes * 60_000,
  note,
});
note(`seed ${seed}, ${flags.sample} mutants for each area, in ${copy.root}`);
const scores = [];
for (const area of areasOf(copy.root)) {
  const files = area.files.filter((file) => flags.only.length === 0 || flags.only.some((part) => file.includes(part)));
  if (files.length > 0) scores.push(await check.scoreOf({ ...area, files }));
}
note(report(scores));
process.exitCode = scores.every(reached) ? 0 : 1;
