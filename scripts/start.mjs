// `npm start` and `npm run serve`: installs what is missing, builds what is stale, runs the headless host on Node 24.
//
// Signals. One Ctrl-C reaches this process twice: from the terminal, which signals its whole foreground group, and
// from npm, which passes on what it got. The host takes a second signal for "at once", so it must see one. It runs in a
// session of its own, where no terminal reaches it; this process passes signals on and takes those that come within
// REPEAT_MS of each other for one. A host in its own session would outlive a `kill -9` of this process: it holds one end
// of a pipe and goes when the other end closes (see scripts/setup/end-with-parent.mjs).
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { inProject, node24, runMain } from './setup/project.mjs';
import { exitCodeOf } from './setup/run.mjs';
import { setUp } from './setup/set-up.mjs';

const REPEAT_MS = 500;
const PARENT_FD = 3;

await runMain(async () => {
  await setUp({ built: true });
  return runHost(process.argv.slice(2));
});

/** @param {readonly string[]} flags @returns {Promise<number>} the host's exit code */
function runHost(flags) {
  const preload = pathToFileURL(inProject('scripts', 'setup', 'end-with-parent.mjs')).href;
  const args = ['--enable-source-maps', '--import', preload, inProject('out', 'host', 'main.mjs'), ...flags];
  return new Promise((resolve, reject) => {
    const host = spawn(node24, args, {
      // The folder npm was called in: a relative --data means what the user sees.
      cwd: process.env['INIT_CWD'] ?? process.cwd(),
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      env: { ...process.env, NIGHTSHIFT_PARENT_FD: String(PARENT_FD) },
      detached: process.platform !== 'win32',
    });
    const stopPassing = passSignalsTo(host);
    host.once('error', reject);
    host.once('exit', (code, signal) => {
      stopPassing();
      resolve(exitCodeOf(code, signal));
    });
  });
}

/** @param {import('node:child_process').ChildProcess} host */
function passSignalsTo(host) {
  /** @type {readonly NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let passedAt = -Infinity;
  const pass = () => {
    const now = performance.now();
    if (now - passedAt < REPEAT_MS) return;
    passedAt = now;
    host.kill('SIGTERM');
  };
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.off(signal, pass);
  };
}
