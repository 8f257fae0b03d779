// Runs titled commands one after the other, all of them, whatever the earlier ones said.
import { run } from './run.mjs';

/**
 * @param {readonly import('./checks.mjs').Check[]} sections
 * @returns {Promise<number>} 0 when all passed, else 1; the failed ones are named at the end
 */
export async function runSections(sections) {
  // In a log file colours are noise; some of the tools would write them all the same.
  const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
  /** @type {string[]} */
  const failed = [];
  for (const { title, command } of sections) {
    const startedAt = Date.now();
    process.stdout.write(`\n== ${title}\n`);
    const code = await run(...command, plain);
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`== ${title}: ${code === 0 ? 'passed' : 'FAILED'} (${seconds} s)\n`);
    if (code !== 0) failed.push(title);
  }
  process.stdout.write(`\nSections: ${sections.length - failed.length} passed, ${failed.length} failed`);
  process.stdout.write(failed.length === 0 ? '\n' : `: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}
