// Installs a package of Debian's, where this is a Debian-like system and we are root. Tells on the terminal what it does.
import { existsSync } from 'node:fs';
import { run } from './run.mjs';

/**
 * @param {string} name
 * @returns {Promise<boolean>} whether apt-get has installed it
 */
export async function installPackage(name) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  process.stderr.write(`Installing the package \`${name}\` with apt-get ...\n`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  if ((await run('apt-get', ['update', '-qq'], env)) !== 0) return false;
  return (await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], env)) === 0;
}
