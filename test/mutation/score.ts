/** What a run found, in words and as the tables of docs/MUTATION.md. */

export interface Score {
  area: string;
  caught: number;
  /** Of those caught: the tests came to no end, or their process ended. */
  hung: number;
  /** Of those caught: no test noticed, the compiler did. */
  refused: number;
  /** Described, in the order of their places. */
  survivors: string[];
  /** Chosen, but the time was over. */
  untried: number;
}

const WANTED = 0.85;

/** Nothing tried counts as nothing missed. */
export function reached(score: Score): boolean {
  return share(score) >= WANTED;
}

export function report(scores: readonly Score[]): string {
  const survivors = scores.flatMap((score) => score.survivors.map((one) => `survived (${score.area}): ${one}`));
  const rows = scores.map((score) => {
    const { area, caught, hung, refused } = score;
    const tried = caught + score.survivors.length;
    return `| ${area} | ${tried} | ${caught} | ${hung} | ${refused} | ${score.survivors.length} | ${(100 * share(score)).toFixed(1)} % |`;
  });
  const untried = scores.reduce((sum, score) => sum + score.untried, 0);
  return [
    ...survivors,
    '',
    '| area | mutants | caught | of these: without an end | by the compiler | survived | score |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    ...(untried === 0 ? [] : ['', `${untried} more were chosen; the time was over before they were tried`]),
  ].join('\n');
}

function share({ caught, survivors }: Score): number {
  const tried = caught + survivors.length;
  return tried === 0 ? 1 : caught / tried;
}
