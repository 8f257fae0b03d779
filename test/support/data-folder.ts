/** Temporary data folders, and what is in them. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../db/open.ts';
import type { Store } from '../../db/store.ts';

export const migrationsFolder = new URL('../../db/migrations', import.meta.url).pathname;

/** Removed when the test ends: `using folder = dataFolder()`. */
export function dataFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'nightshift-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function openFolder(folder: string, options: { synchronous?: 'FULL' | 'NORMAL' } = {}): Store {
  return openStore({ folder, migrationsFolder, ...options });
}

/** Every file with its size and the hash of its bytes, to show that nothing was touched. Directories are named only. */
export function contentsOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder)
    .toSorted()
    .map((name): [string, string] => {
      const file = join(folder, name);
      if (statSync(file).isDirectory()) return [name, 'directory'];
      const bytes = readFileSync(file);
      return [name, `${bytes.length} bytes ${createHash('sha256').update(bytes).digest('base64url')}`];
    });
  return Object.fromEntries(entries);
}
