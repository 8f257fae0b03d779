// Finds Electron's binary. npm brings none here: `node node_modules/electron/install.js` downloads it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inProject } from './project.mjs';

/**
 * The executable, where the package `electron` looks for it: in ELECTRON_OVERRIDE_DIST_PATH, else beside its own files.
 * The package itself must not be asked: it would try to download one.
 * @returns {string | undefined}
 */
export function findElectron() {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const named = inProject('node_modules', 'electron', 'path.txt');
  const name = existsSync(named) ? readFileSync(named, 'utf8') : undefined;
  const file =
    folder === undefined
      ? name && inProject('node_modules', 'electron', 'dist', name)
      : join(folder, name ?? 'electron');
  return file !== undefined && existsSync(file) ? file : undefined;
}
