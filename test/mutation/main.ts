/**
 * `npm run mutants -- [--seed N] [--sample N] [--only PATH]`: do the tests notice a fault? A sample of small faults (mutants)
 * is put into the machines, their policies, the job repository and the error classifier, one at a time and in a copy, and
 * the tests of that file are run. `--sample`: how many for each area; `--only`: files whose path contains this. The seed
 * fixes the sample. docs/MUTATION.md has the last scores and says why each survivor survives.
 *
 * Exit code 0 when each area has at least 85 % caught.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inProject, node24, root } from '../../scripts/setup/project.mjs';
import { seeded } from '../chaos/seeded.ts';
import { areasOf, type Area } from './areas.ts';
import { mutantsOf } from './code-mutants.ts';
import { copyOf } from './copy.ts';
import { applied, described, type Mutant } from './mutant.ts';
import { TestRunner, type Round } from './test-runner.ts';

const WANTED = 0.85;
/** For one round of tests: many times what they take on a machine with a lot to do. */
const LIMIT_MS = 120_000;
/** After so many mutants the sources have to pass again as they are. */
const PROVE_EVERY = 10;

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    sample: { type: 'string', default: '40' },
    only: { type: 'string', default: '' },
  },
});
const seed = Number(flags.seed);
const size = Number(flags.sample);
if (!Number.isInteger(seed) || seed < 0 || !Number.isInteger(size) || size < 1) {
  process.stderr.write('--seed takes a whole number from 0, --sample one from 1\n');
  process.exit(2);
}

using copy = copyOf(root);
await using runner = new TestRunner(copy, LIMIT_MS);
const note = (line: string): void => void process.stdout.write(`${line}\n`);
note(`seed ${seed}, ${size} mutants for each area, in ${copy.root}`);

interface Score {
  area: string;
  mutants: number;
  caught: number;
  survivors: string[];
}

const originals = new Map<string, string>();
if (compilerRefuses()) throw new Error('the checkout does not type-check as it is: run npm run check first');
const scores: Score[] = [];
for (const area of areasOf(copy.root)) {
  const files = area.files.filter((file) => file.includes(flags.only));
  if (files.length > 0) scores.push(await scoreOf({ ...area, files }));
}
for (const { area, survivors } of scores) for (const one of survivors) note(`survived (${area}): ${one}`);
note('\n| area | mutants | caught | survived | score |\n|---|---|---|---|---|');
for (const score of scores) {
  const { area, mutants, caught, survivors } = score;
  note(`| ${area} | ${mutants} | ${caught} | ${survivors.length} | ${Math.round(100 * share(score))} % |`);
}
process.exitCode = scores.every((score) => share(score) >= WANTED) ? 0 : 1;

async function scoreOf(area: Area): Promise<Score> {
  await expectGreen(area);
  const survivors: string[] = [];
  const chosen = sampleOf(area.files.flatMap((file) => mutantsOf(file, original(file))));
  for (const [n, mutant] of chosen.entries()) {
    const startedAt = performance.now();
    const source = original(mutant.file);
    const caughtBy = await verdictOn(area, mutant.file, applied(source, mutant));
    const words = described(source, mutant);
    if (caughtBy === undefined) survivors.push(words);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    note(`${area.name} ${n + 1}/${chosen.length} ${words} | ${caughtBy ?? 'SURVIVED'} (${seconds} s)`);
    // What an earlier mutant left behind must not catch a later one.
    const [first = []] = area.rounds(mutant.file);
    if ((n + 1) % PROVE_EVERY === 0 || n + 1 === chosen.length) await expectPasses(area, first);
  }
  return { area: area.name, mutants: chosen.length, caught: chosen.length - survivors.length, survivors };
}

/** Otherwise every mutant would look caught: the sources pass as they are, and a file that throws does not. */
async function expectGreen(area: Area): Promise<void> {
  await expectPasses(area, [...new Set(area.files.flatMap((file) => area.rounds(file).flat()))]);
  for (const file of area.files) {
    if ((await verdictOn(area, file, `${original(file)}\nthrow new Error('planted');\n`)) === undefined) {
      throw new Error(`${area.name}: no test loads ${file}, or the change did not reach the tests`);
    }
  }
}

async function expectPasses(area: Area, tests: readonly string[]): Promise<void> {
  const { caughtBy } = await runner.run(roundOf(area, tests));
  if (caughtBy !== undefined) throw new Error(`${area.name}: a test fails without any mutant: ${caughtBy}`);
}

async function verdictOn(area: Area, file: string, mutated: string): Promise<string | undefined> {
  writeFileSync(join(copy.root, file), mutated);
  try {
    for (const tests of area.rounds(file)) {
      if (tests.length === 0) continue;
      const { caughtBy } = await runner.run(roundOf(area, tests));
      if (caughtBy !== undefined) return caughtBy;
    }
    return compilerRefuses() ? 'the compiler' : undefined;
  } finally {
    writeFileSync(join(copy.root, file), original(file));
  }
}

/** All files of the area are read anew: the last mutant may have been in any of them. */
function roundOf({ files }: Area, tests: readonly string[]): Round {
  return { changed: files.map((file) => join(copy.root, file)), tests: tests.map((test) => join(copy.root, test)) };
}

/** Asked only about what no test has caught. */
function compilerRefuses(): boolean {
  try {
    execFileSync(node24, [inProject('node_modules', 'typescript', 'bin', 'tsc'), '--noEmit'], { cwd: copy.root });
    return false;
  } catch {
    return true;
  }
}

/** From the copy, read once: the checkout may be edited meanwhile. */
function original(file: string): string {
  const known = originals.get(file) ?? readFileSync(join(copy.root, file), 'utf8');
  originals.set(file, known);
  return known;
}

function sampleOf(mutants: readonly Mutant[]): Mutant[] {
  const random = seeded(seed);
  return mutants
    .map((mutant) => ({ mutant, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .slice(0, size)
    .map(({ mutant }) => mutant);
}

function share({ mutants, caught }: Score): number {
  return mutants === 0 ? 1 : caught / mutants;
}
