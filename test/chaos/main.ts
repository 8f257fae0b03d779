/**
 * `npm run chaos [-- --seed N] [--minutes M]`: a mixed load on the real host, while its workers and the host itself are
 * killed; then the count. Without a seed a new one is taken, and printed. The seed fixes the plan, not the interleaving.
 * Eight minutes hold more than 2,000 jobs, 300 worker kills and 50 host kills; a run takes a little longer than its
 * plan, because at the end everything has to come to rest. Linux only.
 *
 * `npm run chaos -- --goals [--seeds 50] [--seed 1]`: goals of 30 tasks instead, one for each seed from the first one on.
 *
 * Exit code 0 when nothing was lost, doubled or left behind; 1 otherwise: then database, journal and log are kept.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { inProject } from '../../scripts/setup/project.mjs';
import { runChaos } from './chaos.ts';
import { runGoalChaos } from './goals/goal-chaos.ts';
import { sizeOf } from './plan.ts';
import { goalReportText, reportText } from './report.ts';

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string' },
    minutes: { type: 'string', default: '8' },
    goals: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '50' },
  },
});
const first = flags.goals ? 1 : randomInt(2 ** 31);
const seed = flags.seed === undefined ? first : Number(flags.seed);
const minutes = Number(flags.minutes);
const seeds = Number(flags.seeds);
if (!Number.isInteger(seed) || seed < 0 || !(minutes > 0) || !Number.isInteger(seeds) || seeds < 1) {
  process.stderr.write('--seed takes a whole number from 0, --minutes and --seeds a number above 0\n');
  process.exit(2);
}
const note = (line: string): void => void process.stdout.write(`${line}\n`);

process.exitCode = (await (flags.goals ? chaosOfGoals() : chaosOfJobs())) === 0 ? 0 : 1;

/** Both resolve with the number of faults. */
async function chaosOfGoals(): Promise<number> {
  const report = await runGoalChaos({
    seeds: Array.from({ length: seeds }, (_, index) => seed + index),
    artefacts: inProject('artefacts', 'chaos'),
    note,
  });
  note(goalReportText(report));
  return report.faults.length;
}

async function chaosOfJobs(): Promise<number> {
  const size = sizeOf(minutes);
  note(
    `seed ${seed}: ${size.jobs} jobs, ${size.workerKills} worker kills, ${size.hostKills} host kills in ${minutes} min`,
  );
  const report = await runChaos({ seed, size, artefacts: inProject('artefacts', 'chaos'), note });
  note(reportText(report));
  return report.faults.length;
}
