/** Small files that only their owner may read: the access token and the API keys. */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StartError } from './exit-codes.ts';

/** The text of the file, or undefined when there is none. Throws `StartError` when others may read it, or we may not. */
export function readPrivateFile(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new StartError('private-file', `${path} cannot be read. Check its owner and permissions.`, { cause: error });
  }
  try {
    const mode = fstatSync(file).mode & 0o777;
    // Windows has no such bits; there the user's own folder is what protects the file.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new StartError(
        'private-file',
        `${path} holds a secret, and others on this machine may read it (mode ${mode.toString(8)}). ` +
          `Make it yours alone with: chmod 600 "${path}" - and replace what is in it if somebody may have seen it.`,
      );
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Writes it whole or not at all, with mode 0600 from the first byte on. Throws `StartError` when it cannot be kept. */
export function writePrivateFile(path: string, text: string): void {
  const fresh = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(fresh, { force: true });
    const file = openSync(fresh, 'wx', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
    syncFolder(dirname(path));
  } catch (error) {
    throw new StartError('private-file', `${path} cannot be written. Check the folder's owner and free space.`, {
      cause: error,
    });
  }
}

/** Makes the rename itself durable; Windows cannot open folders and does without. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
