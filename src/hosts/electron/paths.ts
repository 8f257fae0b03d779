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

export interface DesktopFolders {
  /** That of the main process's bundle, `.vite/build`. */
  build: string;
  migrations: string;
  icons: string;
}

/** In a package what is not code lies beside the archive; in a checkout it is where it is kept. */
export function foldersOf(app: {
  build: string;
  isPackaged: boolean;
  resources: string;
  checkout: string;
}): DesktopFolders {
  return app.isPackaged
    ? { build: app.build, migrations: join(app.resources, 'migrations'), icons: join(app.resources, 'icons') }
    : {
        build: app.build,
        migrations: join(app.checkout, 'db', 'migrations'),
        icons: join(app.checkout, 'assets', 'icons'),
      };
}

export function findDesktopPaths({ build, migrations, icons }: DesktopFolders): DesktopPaths {
  return {
    preload: join(build, 'preload.cjs'),
    page: join(build, '..', 'renderer', 'main_window'),
    worker: join(build, 'worker.mjs'),
    sideThread: join(build, 'side-thread.mjs'),
    backup: join(build, 'backup.mjs'),
    migrations,
    icon: join(icons, 'nightshift.png'),
    trayIcon: join(icons, process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'),
  };
}
