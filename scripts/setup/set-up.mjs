// The set-up that every command starts with: the right Node, the dependencies, and a current build.
import { build, staleParts } from './build.mjs';
import { install, isInstalled } from './install.mjs';
import { withLock } from './lock.mjs';
import { requireNode } from './project.mjs';

/**
 * Installs what is missing and builds what is stale; says on stderr what it does, and nothing when there is nothing to
 * do. Safe to run from two terminals at once.
 * @param {{ built: boolean, desktop?: boolean }} needs whether the command needs out/, and in it the packaged desktop
 * @throws {SetupError} with a message for people
 */
export async function setUp({ built, desktop = false }) {
  requireNode();
  if (!isInstalled()) {
    await withLock(async () => {
      if (isInstalled()) return;
      await step('Installing the dependencies', install);
    });
  }
  if (!built || staleParts({ desktop }).length === 0) return;
  await withLock(async () => {
    const stale = staleParts({ desktop });
    if (stale.length === 0) return;
    await step(`Building ${stale.map((part) => part.name).join(', ')}`, () => build(stale));
  });
}

/** @param {string} title @param {() => Promise<void>} work */
async function step(title, work) {
  const startedAt = Date.now();
  process.stderr.write(`${title} ...\n`);
  await work();
  process.stderr.write(`${title}: done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
}
