// Installs what is missing. Asks npm only when node_modules does not hold what the lock file says, so a second start
// costs two JSON files and no npm.
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { inProject, node24, SetupError } from './project.mjs';
import { run } from './run.mjs';

/** @typedef {{ packages: Record<string, { version?: string, optional?: boolean }> }} LockFile */

/** @param {string} path @returns {LockFile} */
function readLock(path) {
  /** @type {unknown} */
  const parsed = JSON.parse(readFileSync(path, 'utf8'));
  return /** @type {LockFile} */ (parsed);
}

/**
 * True when every package of package-lock.json is in node_modules in the same version (npm keeps its own lock file
 * there, written last). Optional packages are left out: they are other platforms' binaries.
 * @returns {boolean}
 */
export function isInstalled() {
  const record = inProject('node_modules', '.package-lock.json');
  if (!existsSync(record) || !existsSync(node24)) return false;
  const present = readLock(record).packages;
  return Object.entries(readLock(inProject('package-lock.json')).packages).every(
    ([path, wanted]) => path === '' || wanted.optional === true || present[path]?.version === wanted.version,
  );
}

/**
 * Runs npm: the one that started us if one did, else the first in PATH.
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
function npm(args) {
  const cli = process.env['npm_execpath'];
  if (cli !== undefined && basename(cli) === 'npm-cli.js') return run(process.execPath, [cli, ...args]);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args);
}

/**
 * Brings node_modules to what package-lock.json says, without running any package's install script but that of
 * `node`, which fetches the Node 24 binary. better-sqlite3 must not build: it ships its binary, and a local
 * `build/Release` would be loaded instead of it.
 *
 * `npm install --no-save` and not `npm ci`: some of our tools name binaries for platforms that a registry may not
 * carry; `npm ci` then calls the lock file incomplete and stops. Versions and checksums come from the lock file either
 * way, and it is not written.
 * @throws {SetupError} when npm fails; npm's own message is on the terminal
 */
export async function install() {
  const flags = ['--loglevel=error', '--no-audit', '--no-fund'];
  const dependencies = ['install', '--no-save', '--ignore-scripts', '--include=dev', '--include=optional'];
  await must('install the dependencies', npm([...dependencies, '--prefer-offline', ...flags]));
  if (!existsSync(node24)) await must('install Node 24', npm(['rebuild', 'node', '--ignore-scripts=false', ...flags]));
  if (!isInstalled()) {
    throw new SetupError(
      'npm reported success, but node_modules does not hold what package-lock.json says. ' +
        'Remove the folder node_modules, then run the same command again.',
    );
  }
}

/** @param {string} what @param {Promise<number>} npmExit */
async function must(what, npmExit) {
  const code = await npmExit;
  if (code === 0) return;
  throw new SetupError(
    `Could not ${what}: npm ended with exit code ${code}, its own message is above. ` +
      'If it speaks of the network, check the connection or the proxy settings of npm; then run the same command again.',
  );
}
