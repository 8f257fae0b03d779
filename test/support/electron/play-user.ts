/**
 * The user and the system, played inside real Electron's main process. Playwright takes the function there as source text,
 * so nothing outside of it is known in it.
 */
import type * as Electron from 'electron';
import type { Command, Report } from './control.ts';

export interface Play {
  /** Begins each line on the console that is a report. */
  mark: string;
  /** A question with these words is answered with its first button. */
  agreesTo: string;
  /** The system is to have no store of its own for keys. */
  isWithoutKeyring: boolean;
}

/** Puts itself in place of what only a person or the system can bring about; the rest is Electron's own. */
export function playUser(
  electron: typeof Electron,
  { mark, agreesTo, isWithoutKeyring }: Play,
): { play(command: Command): void } {
  const { app, BrowserWindow, dialog, Menu, Notification, powerMonitor, safeStorage, session, shell, Tray } = electron;
  const tell = (report: Report): void => console.log(mark + JSON.stringify(report));
  let lastId = 0;
  const questions = new Map<number, (response: number) => void>();
  const notifications = new Map<number, Electron.Notification>();
  const saves: (string | null)[] = [];
  let trayMenu: Electron.Menu | null = null;

  if (isWithoutKeyring) Object.assign(safeStorage, { isAsyncEncryptionAvailable: () => Promise.resolve(false) });
  Object.assign(dialog, {
    showMessageBox({ message, detail = '', buttons = [] }: Electron.MessageBoxOptions) {
      if (message === agreesTo) return Promise.resolve({ response: 0, checkboxChecked: false });
      const id = (lastId += 1);
      tell({ type: 'dialog', id, message, detail, buttons });
      return new Promise((resolve) => {
        questions.set(id, (response) => resolve({ response, checkboxChecked: false }));
      });
    },
    showErrorBox: (title: string, content: string) => tell({ type: 'error-box', title, content }),
  });
  // A machine that tests have to themselves has nobody who shows notifications.
  Object.assign(Notification, { isSupported: () => true });
  Notification.prototype.show = function show() {
    const id = (lastId += 1);
    notifications.set(id, this);
    tell({ type: 'notification', id, title: this.title, body: this.body });
  };
  Tray.prototype.setContextMenu = function setContextMenu(menu) {
    trayMenu = menu;
    tell({ type: 'tray', toolTip: '', items: (menu?.items ?? []).flatMap(({ label }) => (label === '' ? [] : label)) });
  };
  app.setBadgeCount = (count = 0) => {
    tell({ type: 'badge', count });
    return true;
  };
  BrowserWindow.prototype.setProgressBar = (value) => tell({ type: 'progress', value });
  shell.openExternal = (what) => Promise.resolve(tell({ type: 'opened', what }));
  shell.openPath = (what) => {
    tell({ type: 'opened', what });
    return Promise.resolve('');
  };
  // After the bundle's own listener, in place of the system's dialog.
  session.defaultSession.on('will-download', (event, item) => {
    const file = item.getFilename();
    if (event.defaultPrevented) {
      tell({ type: 'download', file, state: 'refused' });
      return;
    }
    const { title = '', defaultPath = '' } = item.getSaveDialogOptions();
    tell({ type: 'save-dialog', title, defaultPath });
    item.once('done', (_event, state) => tell({ type: 'download', file, state }));
    const path = saves.shift() ?? null;
    if (path === null) item.cancel();
    else item.setSavePath(path);
  });

  const click = (menu: Electron.Menu | null | undefined, label: string): boolean =>
    (menu?.items ?? []).some((item) => {
      if (item.label !== label) return click(item.submenu, label);
      // Electron's types say no more of it than `Function`.
      Reflect.apply(item.click, item, []);
      return true;
    });

  return {
    play(command) {
      switch (command.type) {
        case 'answer':
          questions.get(command.id)?.(command.response);
          break;
        case 'save-as':
          saves.push(command.path);
          break;
        case 'click-notification':
          notifications.get(command.id)?.emit('click');
          break;
        case 'click-menu':
          if (!click(trayMenu, command.label) && !click(Menu.getApplicationMenu(), command.label)) {
            throw new Error(`there is no menu item "${command.label}"`);
          }
          break;
        case 'power':
          powerMonitor.emit(command.event);
          break;
        case 'open-url':
          app.emit('open-url', { preventDefault: () => undefined }, command.url);
          break;
        case 'close-window':
          BrowserWindow.getAllWindows()
            .sort((one, other) => one.id - other.id)
            .at(command.index)
            ?.close();
          break;
        case 'quit':
          app.quit();
          break;
      }
    },
  };
}
