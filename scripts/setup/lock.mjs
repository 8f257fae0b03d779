// One set-up at a time in a checkout: `npm start` and `npm test` may be started side by side.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { inProject } from './project.mjs';

const POLL_MS = 200;

/**
 * Runs `work` while no other process of this checkout is inside withLock. A lock whose owner is gone is taken over.
 * @param {() => Promise<void>} work
 */
export async function withLock(work) {
  const lock = inProject('out', '.setup.lock');
  mkdirSync(inProject('out'), { recursive: true });
  let announced = false;
  while (!take(lock)) {
    const owner = ownerOf(lock);
    if (owner !== undefined && !isAlive(owner)) rmSync(lock, { force: true });
    else {
      if (!announced)
        process.stderr.write(`Waiting for another set-up in this folder (process ${owner ?? 'unknown'}) ...\n`);
      announced = true;
      await pause(POLL_MS);
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {string} lock @returns {boolean} */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** @param {string} lock @returns {number | undefined} undefined while its owner is just creating or removing it */
function ownerOf(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    return pid > 0 ? pid : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** @param {unknown} error @param {string} code */
const hasCode = (error, code) => error instanceof Error && 'code' in error && error.code === code;
