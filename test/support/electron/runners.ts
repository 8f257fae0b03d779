/** What the desktop's story runs on: the stand-in always, real Electron where there is one. */
import type { Runner } from './driven-desktop.ts';
import { findRealElectron } from './real-desktop.ts';
import { standIn } from './stand-in-desktop.ts';

/** Says it where the tests run when real Electron is not among them. */
export function runners(): Runner[] {
  const real = findRealElectron();
  if (!('missing' in real)) return [standIn, real];
  process.stderr.write(
    `\nThe desktop's story ran on the stand-in and did not run on real Electron: ${real.missing}.\n`,
  );
  return [standIn];
}
