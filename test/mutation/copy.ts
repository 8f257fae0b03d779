/** A private copy of the checkout, as it is on the disk: mutants are put there and nowhere else. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Copy extends Disposable {
  readonly root: string;
  /** For the temporary files of tests, which a killed run leaves behind. */
  readonly tmp: string;
}

/** Every file that git tracks or would; the dependencies are a link to the checkout's. Disposing removes it. */
export function copyOf(checkout: string): Copy {
  const root = mkdtempSync(join(tmpdir(), 'nightshift-mutants-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: checkout,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const file of listed.split('\0')) {
    // node_modules may itself be a link, which git does not ignore as a folder.
    if (file === '' || file === 'node_modules' || !existsSync(join(checkout, file))) continue;
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(checkout, file), join(root, file));
  }
  symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
  const tmp = join(root, 'tmp');
  mkdirSync(tmp);
  return { root, tmp, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}
