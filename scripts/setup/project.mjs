// Where things are in the checkout, and the Node version check that everything else starts with. The files in
// scripts/*.mjs and scripts/setup/ run before anything is installed, on whatever Node the machine has: plain
// JavaScript, Node's own modules only. All that comes after them runs on Node 24.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The Node 24 that comes with the dependencies (the npm package `node`). */
export const node24 = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** @param {...string} parts @returns {string} an absolute path inside the checkout */
export const inProject = (...parts) => join(root, ...parts);

/** Ends the process with a message for people, without a stack trace: nothing here is a bug of ours. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/** @throws {SetupError} when the Node that runs this script is too old to install the dependencies with */
export function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= OLDEST_NODE) return;
  throw new SetupError(
    `Nightshift needs Node ${OLDEST_NODE} or newer to set itself up; this is Node ${process.versions.node} ` +
      `(${process.execPath}). Install a newer Node, then run the same command again.`,
  );
}

/**
 * Runs a script's main function; a SetupError becomes one message and exit code 1.
 * @param {() => Promise<number>} main resolves to the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
