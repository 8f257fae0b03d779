// `npm start` and `npm run serve`: installs what is missing, then runs a host on Node 24: the desktop where it can show
// itself (setup/which-host.mjs), else the headless one, for which it builds what is stale.
//
// Signals. One Ctrl-C reaches this process twice: from the terminal, which signals its whole foreground group, and
// from npm, which passes on what it got. The host takes a second signal for "at once", so it must see one. It runs in a
// session of its own, where no terminal reaches it; this process passes signals on and takes those that come within
// REPEAT_MS of each other for one. package.json says `exec node`, because a shell in between would not pass them on.
//
// What cannot be passed on is a `kill -9`, of this process or of npm. The host holds one end of a pipe to this process
// and goes when the other end closes (end-with-parent.mjs); this process looks whether npm is still there.
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { findElectron } from './setup/electron.mjs';
import { inProject, node24, runMain } from './setup/project.mjs';
import { exitCodeOf, run } from './setup/run.mjs';
import { setUp } from './setup/set-up.mjs';
import { whichHost } from './setup/which-host.mjs';

const REPEAT_MS = 500;
const LOOK_FOR_NPM_MS = 250;
const PARENT_FD = 3;

await runMain(async () => {
  const flags = process.argv.slice(2);
  await setUp({ built: false });
  const { host, why } = whichHost({
    flags,
    command: process.env['npm_lifecycle_event'],
    hasElectron: findElectron() !== undefined,
    platform: process.platform,
    env: process.env,
  });
  process.stderr.write(`Starting the ${host === 'desktop' ? 'desktop' : 'headless host'}: ${why}\n`);
  // Forge builds the desktop itself.
  if (host === 'desktop')
    return run(node24, [inProject('node_modules/@electron-forge/cli/dist/electron-forge.js'), 'start']);
  await setUp({ built: true });
  return runHost(flags);
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
    const signalled = passSignalsTo(host);
    if (process.env['npm_lifecycle_event'] !== undefined) endWithNpm(host, signalled);
    host.once('error', reject);
    host.once('exit', (code, signal) => {
      resolve(exitCodeOf(code, signal));
    });
  });
}

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** @param {ChildProcess} host @returns {() => boolean} whether the host has been told to stop */
function passSignalsTo(host) {
  let passedAt = -Infinity;
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => {
    const now = performance.now();
    if (now - passedAt < REPEAT_MS) return;
    passedAt = now;
    host.kill(signal);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, pass);
  return () => passedAt > -Infinity;
}

/**
 * A host that is stopping may outlive npm, which a closed terminal ends at once.
 * @param {ChildProcess} host @param {() => boolean} signalled
 */
function endWithNpm(host, signalled) {
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm && !signalled()) host.kill('SIGKILL');
  }, LOOK_FOR_NPM_MS).unref();
}
