/** The application's menu. */
import { app, Menu, shell, type MenuItemConstructorOptions } from 'electron';
import type { Words } from './words.ts';

export interface MenuActions {
  /** Shows an address of the page in the window in front, or in a new one. */
  show(address: string): void;
  newWindow(): void;
  logFolder: string;
}

export function setAppMenu(words: Words, actions: MenuActions): void {
  const isMac = process.platform === 'darwin';
  const settings: MenuItemConstructorOptions = {
    label: words.settings,
    accelerator: 'CommandOrControl+,',
    click: () => actions.show('#/settings/general'),
  };
  const logs: MenuItemConstructorOptions = {
    id: 'logs',
    label: words.showLogs,
    click: () => void shell.openPath(actions.logFolder),
  };
  const mac: MenuItemConstructorOptions[] = isMac
    ? [
        {
          label: app.name,
          submenu: [
            { role: 'about', label: words.about },
            { type: 'separator' },
            settings,
            { type: 'separator' },
            { role: 'services' },
            { type: 'separator' },
            { role: 'hide' },
            { role: 'hideOthers' },
            { role: 'unhide' },
            { type: 'separator' },
            { role: 'quit', label: words.quit },
          ],
        },
      ]
    : [];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...mac,
      {
        label: words.file,
        submenu: [
          {
            label: words.newConversation,
            accelerator: 'CommandOrControl+N',
            click: () => actions.show('#/'),
          },
          { label: words.newWindow, accelerator: 'CommandOrControl+Shift+N', click: () => actions.newWindow() },
          { type: 'separator' },
          { role: 'close', label: words.closeWindow },
          ...(isMac ? [] : ([settings, { type: 'separator' }, { role: 'quit', label: words.quit }] as const)),
        ],
      },
      { role: 'editMenu', label: words.edit },
      {
        label: words.view,
        submenu: [
          { label: words.queue, click: () => actions.show('#/queue') },
          { label: words.workers, click: () => actions.show('#/workers') },
          { type: 'separator' },
          { role: 'reload' },
          { role: 'toggleDevTools' },
          { type: 'separator' },
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { role: 'togglefullscreen' },
        ],
      },
      { role: 'windowMenu', label: words.window },
      {
        role: 'help',
        label: words.help,
        submenu: [logs, ...(isMac ? [] : ([{ role: 'about', label: words.about }] as const))],
      },
    ]),
  );
}
