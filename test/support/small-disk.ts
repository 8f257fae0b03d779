/** File systems of their own for tests of a disk that is full, goes read-only or vanishes. Mounting needs root. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk extends Disposable {
  readonly path: string;
  /** As the kernel does it on an I/O error (ext4, `errors=remount-ro`): files that are open stay open, and refuse writes. */
  fail(): void;
}

export type Mounted = SmallDisk | { readonly refused: string };

/** Memory as a disk of `bytes`. */
export function memoryDisk(bytes: number): Mounted {
  return mounted((path) => run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'nightshift-test', path]));
}

/** An ext4 file system in a file. */
export function fileDisk(bytes: number): Mounted {
  return mounted((path, image) => {
    run('truncate', ['--size', String(bytes), image]);
    run('mkfs.ext4', ['-q', image]);
    run('mount', ['-o', 'loop', image, path]);
  });
}

function mounted(mount: (path: string, image: string) => void): Mounted {
  const image = `${mkdtempSync(join(tmpdir(), 'nightshift-image-'))}/disk`;
  const path = mkdtempSync(join(tmpdir(), 'nightshift-disk-'));
  const remove = (): void => {
    rmSync(join(image, '..'), { recursive: true, force: true });
    rmSync(path, { recursive: true, force: true });
  };
  try {
    mount(path, image);
  } catch (error) {
    remove();
    return { refused: error instanceof Error ? error.message : String(error) };
  }
  return {
    path,
    fail: () => run('mount', ['-o', 'remount,abort', path]),
    [Symbol.dispose]() {
      // Lazily: a process that was killed a moment ago may hold it still.
      run('umount', ['-l', path]);
      remove();
    },
  };
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
}
