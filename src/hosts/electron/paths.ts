/** Where the built desktop has its parts: everything the Vite plugin builds lies beside the main process's bundle. */
import { join } from 'node:path';

export interface DesktopPaths {
  preload: string;
  page: string;
  worker: string;
  sideThread: string;
  backup: string;
  migrations: string;
  icon: string;
  trayIcon: string;
}

/** `build`: the folder of the main process's bundle, `.vite/build`. `resources`: what is packaged beside the code. */
export function findDesktopPaths(build: string, resources: string): DesktopPaths {
  return {
    preload: join(build, 'preload.cjs'),
    page: join(build, '..', 'renderer', 'main_window'),
    worker: join(build, 'worker.mjs'),
    sideThread: join(build, 'side-thread.mjs'),
    backup: join(build, 'backup.mjs'),
    migrations: join(resources, 'migrations'),
    icon: join(resources, 'icons', 'nightshift.png'),
    trayIcon: join(resources, 'icons', process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'),
  };
}
