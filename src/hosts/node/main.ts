/**
 * The headless host's entry. Looks at the Node that runs it before it loads anything: better-sqlite3 does not refuse a
 * Node that is too old, it crashes without a word.
 */
import { exitCodes } from '../common/exit-codes.ts';

const neededMajor = 24;

if (Number.parseInt(process.versions.node, 10) < neededMajor) {
  process.stderr.write(
    `Nightshift's server needs Node ${neededMajor} or newer; this is Node ${process.versions.node}. ` +
      'Start it with "npm start", which brings its own.\n',
  );
  process.exitCode = exitCodes['wrong-node'];
} else {
  const { run } = await import('./run.ts');
  // Not `exitCode` alone: a handle that somebody forgot must not keep a stopped server alive.
  process.exit(await run(process.argv.slice(2)));
}
