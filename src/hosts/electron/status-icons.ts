/** What is under way, where one sees it without a window: tray, badge on the dock, progress on the taskbar. */
import { app, BrowserWindow, Menu, nativeImage, Tray } from 'electron';
import type { Words } from './words.ts';
import type { Workload } from './workload.ts';

export interface StatusIcons {
  /** Whether there is a tray to close a window into; some Linux desktops have none. */
  readonly hasTray: boolean;
  show(workload: Workload, unread: number): void;
  close(): void;
}

export interface StatusIconsOptions {
  /** A PNG; on a Mac a template image. */
  icon: string;
  words: Words;
  open(): void;
  quit(): void;
}

/** More than 1 makes the taskbar show that something goes on whose end is not known. */
const indeterminate = 2;
const noProgress = -1;

export function showStatusIcons({ icon, words, open, quit }: StatusIconsOptions): StatusIcons {
  const image = nativeImage.createFromPath(icon);
  if (process.platform === 'darwin') image.setTemplateImage(true);
  const tray = new Tray(image);
  tray.on('click', open);
  let shown = '';

  function menu(lines: readonly string[]): void {
    tray.setToolTip(['Nightshift', ...lines].join('\n'));
    tray.setContextMenu(
      Menu.buildFromTemplate([
        ...lines.map((label) => ({ label, enabled: false })),
        { type: 'separator' },
        { label: words.open, click: open },
        { label: words.quit, click: quit },
      ]),
    );
  }
  menu([words.idle]);

  return {
    hasTray: !tray.isDestroyed(),
    show({ running, waiting }, unread) {
      const now = `${running}/${waiting}/${unread}`;
      if (now === shown) return;
      shown = now;
      const lines = [
        ...(running > 0 ? [words.running(running)] : []),
        ...(waiting > 0 ? [words.waiting(waiting)] : []),
      ];
      menu(lines.length === 0 ? [words.idle] : lines);
      app.setBadgeCount(unread);
      for (const window of BrowserWindow.getAllWindows()) {
        window.setProgressBar(running > 0 ? indeterminate : noProgress);
      }
    },
    close: () => tray.destroy(),
  };
}
