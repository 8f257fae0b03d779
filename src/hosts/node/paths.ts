/** Where the host finds the other parts: beside itself when built (`out/host`), in the checkout when run from source. */
import { dirname, extname, join } from 'node:path';

export interface Paths {
  /** The built page. */
  page: string;
  /** The worker's module. */
  worker: string;
  /** The module of the database's side thread. */
  sideThread: string;
  /** The module that makes a backup, as a process of its own. */
  backup: string;
  migrations: string;
}

/** `file`: this module's own file, as `import.meta.filename` has it. */
export function findPaths(file: string): Paths {
  if (extname(file) === '.mjs') {
    const out = dirname(dirname(file));
    return {
      page: join(out, 'renderer'),
      worker: join(out, 'worker', 'worker.mjs'),
      sideThread: join(out, 'host', 'side-thread.mjs'),
      backup: join(out, 'host', 'backup.mjs'),
      migrations: join(out, 'migrations'),
    };
  }
  const root = dirname(dirname(dirname(dirname(file))));
  return {
    page: join(root, 'out', 'renderer'),
    worker: join(root, 'src', 'worker', 'main.ts'),
    sideThread: join(root, 'db', 'side-thread', 'thread.ts'),
    backup: join(root, 'src', 'hosts', 'common', 'backup-process.ts'),
    migrations: join(root, 'db', 'migrations'),
  };
}
