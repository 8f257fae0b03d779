/** A run's report for the terminal. */
import type { ChaosReport } from './chaos.ts';

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
  if (faults.length === 0) lines.push('faults             none');
  else lines.push(`faults             ${faults.length}`, ...faults.slice(0, 50).map((fault) => `  ${fault}`));
  if (report.kept !== null) lines.push(`database, journal and log are kept in ${report.kept}`);
  return lines.join('\n');
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
