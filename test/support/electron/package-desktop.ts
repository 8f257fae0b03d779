/**
 * Packages the desktop around the hand-made Electron and unpacks its archive, so that what is packaged can be run:
 * `package-desktop.ts <folder>` leaves `Nightshift-<platform>-<arch>/` and `app/` (the archive's files) in it.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { extractAll } from '@electron/asar';
import electronManifest from 'electron/package.json' with { type: 'json' };
import { inProject, node24 } from '../../../scripts/setup/project.mjs';
import { writeHandMadeElectron } from './hand-made-electron.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('package-desktop.ts <folder>');
/** On a Mac the packager edits a bundle that a hand-made zip does not have. */
const platform = process.platform === 'linux' ? 'linux' : 'win32';
mkdirSync(folder, { recursive: true });
writeHandMadeElectron(folder, electronManifest.version, platform, process.arch);
const forge = inProject('node_modules/@electron-forge/cli/dist/electron-forge-package.js');
execFileSync(node24, [forge, '--platform', platform, '--arch', process.arch], {
  cwd: inProject('.'),
  stdio: 'inherit',
  env: { ...process.env, ELECTRON_ZIP_DIR: folder, DESKTOP_OUT_DIR: folder },
});
const packaged = join(folder, `Nightshift-${platform}-${process.arch}`);
const app = join(folder, 'app');
rmSync(app, { recursive: true, force: true });
extractAll(join(packaged, 'resources', 'app.asar'), app);
cpSync(join(packaged, 'resources', 'app.asar.unpacked'), app, { recursive: true });
// As in a checkout, for Electron's own binary, to which this is no package (real-desktop.ts).
for (const part of ['db/migrations', 'assets/icons']) cpSync(inProject(part), join(app, part), { recursive: true });
