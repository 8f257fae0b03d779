/** Where no test has said where the profile is: a folder that goes with this process. Imported before the stand-in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settings } from './control.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightshift-stand-in-'));
process.env[settings.userData] ??= folder;
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
