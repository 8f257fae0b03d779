/** The desktop put together, once Electron is ready: key storage, service, windows, tray. */
import { join } from 'node:path';
import { app, dialog, session as sessions } from 'electron';
import { startService } from '../common/service.ts';
import { createWorkerNetwork } from '../common/worker-network.ts';
import type { Log } from '../../engine/ports.ts';
import { setAppMenu } from './app-menu.ts';
import { createBackupCopy } from './backup-copy.ts';
import { saveDownloads } from './downloads.ts';
import { denyPermissions } from './guards.ts';
import { notifyOfArrivals } from './notifier.ts';
import { servePage } from './page-protocol.ts';
import { servePorts } from './page-ports.ts';
import type { DesktopPaths } from './paths.ts';
import { followPower } from './power.ts';
import { askBeforeQuit } from './quit.ts';
import { openSafeSecrets } from './safe-secrets.ts';
import { showStatusIcons } from './status-icons.ts';
import { environmentWithSystem } from './system-network.ts';
import { createUtilityWorkerHost } from './utility-worker-host.ts';
import { Windows } from './windows.ts';
import { isBusy, noWork, workloadOf } from './workload.ts';
import type { Words } from './words.ts';

export interface DesktopOptions {
  /** Electron's `userData`; the database lies in `data` below it. */
  folder: string;
  paths: DesktopPaths;
  logFolder: string;
  log: Log;
  words: Words;
  /** The page's address to begin with, from a link that the program was started with. */
  address: string | undefined;
}

export interface Desktop {
  /** A link, or another start of the program: shows its address, or the window in front. */
  show(address: string | undefined): void;
}

/** Throws `StartError` or `StoreError` when it cannot be. */
export async function startDesktop(options: DesktopOptions): Promise<Desktop> {
  const { folder, paths, logFolder, log, words } = options;
  const session = sessions.defaultSession;
  denyPermissions(session);
  saveDownloads(session, words, log);

  const env = await environmentWithSystem(session, process.env);
  const network = createWorkerNetwork(folder, env);
  const { engine, stop } = await startService(
    {
      folder: join(folder, 'data'),
      paths,
      env,
      log,
      network,
      workerHost: createUtilityWorkerHost({ entry: paths.worker, env: network.environmentOfWorkers, log }),
      copy: createBackupCopy(paths.backup),
      openSecrets: () =>
        openSafeSecrets({
          file: join(folder, 'secrets.json'),
          log,
          mayKeepUnprotected: async () => {
            const { response } = await dialog.showMessageBox({
              type: 'warning',
              message: words.unprotectedTitle,
              detail: words.unprotectedDetail,
              buttons: [words.keepUnprotected, words.stay],
              defaultId: 1,
              cancelId: 1,
            });
            return response === 0;
          },
        }),
    },
    ({ api }) => servePorts(api, log),
  );

  let workload = noWork;
  let unread = 0;
  const ending = new AbortController();
  servePage(session, {
    folder: paths.page,
    attachments: (id) => engine.attachments.open(id),
    backups: async () => (await engine.data.get()).backups,
  });
  const quit = askBeforeQuit({
    words,
    // As it is now: what the icons show is up to a quarter of a second old.
    workload: () => workloadOf(engine.pool.get()),
    hideWindows: () => windows.hideAll(),
    async stop({ drainMs }) {
      await stop({ drainMs });
      ending.abort();
      icons.close();
    },
  });
  const windows = new Windows({
    session,
    preload: paths.preload,
    icon: paths.icon,
    stateFile: join(folder, 'window.json'),
    hidesOnClose: () => !quit.isQuitting && icons.hasTray && isBusy(workloadOf(engine.pool.get())),
    log,
  });
  const icons = showStatusIcons({
    icon: paths.trayIcon,
    words,
    open: () => windows.show(),
    quit: () => app.quit(),
  });
  setAppMenu(words, {
    show: (address) => windows.show(address),
    newWindow: () => void windows.open(),
    logFolder,
  });
  followPower({ rest: () => engine.rest(), wake: () => engine.wake(), log });
  app.on('activate', () => windows.show());
  app.on('window-all-closed', () => app.quit());

  const showIcons = (): void => icons.show(workload, unread);
  void (async () => {
    for await (const pool of engine.pool.watch(ending.signal)) {
      workload = workloadOf(pool);
      showIcons();
    }
  })();
  void notifyOfArrivals({
    words,
    changes: engine.conversations.watchAll(ending.signal),
    isInFront: () => windows.isInFront(),
    open: (id) => windows.show(`#/c/${id}`),
    unreadChanged(total) {
      unread = total;
      showIcons();
    },
  });

  windows.open(options.address);
  return { show: (address) => windows.show(address) };
}
