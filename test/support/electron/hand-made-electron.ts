/**
 * A zip that Electron's packager takes for Electron, for machines that cannot download one: the names that it looks for,
 * and a "binary" that holds nothing but the wire of fuses (https://github.com/electron/fuses), so that they can be set.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = 9;
/** As in Electron's own builds: version 1, the number of fuses, each `0` (off) or `1`. */
const fuseWire = Uint8Array.of(1, fuseCount, ...strToU8('0'.repeat(fuseCount)));

/** Writes `electron-v<version>-<platform>-<arch>.zip` into the folder. */
export function writeHandMadeElectron(folder: string, version: string, platform: string, arch: string): void {
  const binary = Uint8Array.of(...strToU8('\u007fELF'), ...strToU8(sentinel), ...fuseWire);
  const executable = { attrs: 0o100755 << 16, os: 3 };
  const zip = zipSync({
    electron: [binary, executable],
    'chrome-sandbox': [strToU8(''), executable],
    version: strToU8(version),
    LICENSE: strToU8('a stand-in'),
    'LICENSES.chromium.html': strToU8('a stand-in'),
    'resources/default_app.asar': strToU8(''),
  });
  writeFileSync(join(folder, `electron-v${version}-${platform}-${arch}.zip`), zip);
}
