/** What the desktop's tests run on: the stand-in always, real Electron where there is one. */
import type { Runner } from './driven-desktop.ts';
import { findRealElectron } from './real-desktop.ts';
import { standIn } from './stand-in-desktop.ts';

/** Says where the tests run when real Electron is not among them. `what`: the story, the files, ... */
export function runners(what: string): Runner[] {
  const real = findRealElectron();
  if (!('missing' in real)) return [standIn, real];
  process.stderr.write(`\nThe desktop's ${what}: on the stand-in. It did not run on real Electron: ${real.missing}.\n`);
  return [standIn];
}
