/** A run's report for the terminal. */
import type { ChaosReport } from './chaos.ts';
import type { GoalChaosReport } from './goals/goal-chaos.ts';

export function reportText(report: ChaosReport): string {
  const { counts, requests, workerKills, faults } = report;
  const kills = Object.values(workerKills).reduce((sum, count) => sum + count, 0);
  const lines = [
    `seed               ${report.seed}`,
    `took               ${seconds(report.tookMs)} s`,
    `jobs               ${counts === null ? 'not counted' : words(counts)}`,
    `requests           ${words(requests)}`,
    `worker kills       ${kills}, ${report.busyKills} of them with jobs, ${report.quarantineKills} in quarantine (${words(workerKills)})`,
    `host kills         ${report.hostKills}`,
    `retried by hand    ${report.retriedByHand}`,
    `longest recovery   ${seconds(report.longestRecoveryMs)} s from a cut answer to the next request for it`,
    `host restart       ${seconds(report.longestRestartMs)} s at most, ${seconds(report.medianRestartMs)} s in the median`,
  ];
  return [...lines, ...endOf(faults, report.kept)].join('\n');
}

export function goalReportText({ faults, kept, ...report }: GoalChaosReport): string {
  const lines = [
    `goals              ${report.goals}`,
    `took               ${seconds(report.tookMs)} s`,
    `worker kills       ${report.workerKills}`,
    `host kills         ${report.hostKills}`,
    `requests           ${report.calls}, ${report.cut} of them cut`,
  ];
  return [...lines, ...endOf(faults, kept)].join('\n');
}

function endOf(faults: readonly string[], kept: string | null): string[] {
  const lines =
    faults.length === 0
      ? ['faults             none']
      : [`faults             ${faults.length}`, ...faults.slice(0, 50).map((fault) => `  ${fault}`)];
  return kept === null ? lines : [...lines, `database, journal and log are kept in ${kept}`];
}

/** `answeredQuestions: 3` as `answered questions 3`. */
function words(counts: Readonly<Record<string, number>> | ChaosReport['counts']): string {
  return Object.entries(counts ?? {})
    .map(([name, count]) => `${name.replaceAll(/(?<=[a-z])[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`)} ${count}`)
    .join(', ');
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
