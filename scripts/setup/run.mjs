// Child processes of the scripts: either seen (output goes straight to the terminal) or quiet (output is shown only
// when the command fails).
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { inProject, node24, root } from './project.mjs';

/** The project's own commands, and Node 24, come first: what a command starts finds the same versions. */
function environment() {
  const bin = join(root, 'node_modules', '.bin');
  return { ...process.env, PATH: [bin, process.env['PATH'] ?? ''].join(delimiter) };
}

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 * @returns {number} the exit code a shell would report
 */
export function exitCodeOf(code, signal) {
  return code ?? 128 + (signal === null ? 1 : constants.signals[signal]);
}

/**
 * Runs a command in the checkout with its output shown. Resolves to its exit code; rejects when it cannot be started.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env] added to the environment
 * @returns {Promise<number>}
 */
export function run(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...environment(), ...env } });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(exitCodeOf(code, signal));
    });
  });
}

/**
 * The same without showing anything.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runQuietly(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: environment() });
    let output = '';
    /** @param {Buffer} chunk */
    const collect = (chunk) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code: exitCodeOf(code, signal), output });
    });
  });
}

/**
 * A dependency's command line, on Node 24.
 * @param {string} script path inside node_modules, such as `vite/bin/vite.js`
 * @param {readonly string[]} args
 * @returns {readonly [string, string[]]}
 */
export function tool(script, args) {
  return [node24, [inProject('node_modules', script), ...args]];
}
