/** The windows: all show the same page, each over a port of its own. */
import { BrowserWindow, screen, type Session } from 'electron';
import type { Log } from '../../engine/ports.ts';
import { showChannel } from './channels.ts';
import { pageAddress } from './page-address.ts';
import { keepWindowState, onScreen, readWindowState, type WindowState } from './window-state.ts';

export interface WindowsOptions {
  session: Session;
  preload: string;
  icon: string;
  /** Where the place of the window that was closed last is kept. */
  stateFile: string;
  /** Whether a window that is closed goes on living behind the tray. */
  hidesOnClose: () => boolean;
  log: Log;
}

export class Windows {
  readonly #options: WindowsOptions;

  constructor(options: WindowsOptions) {
    this.#options = options;
  }

  /** Shows an address of the page (what stands behind `#`) in the window in front; without one, that window as it is. */
  show(address?: string): void {
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
    if (window === undefined) {
      this.open(address);
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    if (address !== undefined) window.webContents.send(showChannel, address);
  }

  open(address = '#/'): BrowserWindow {
    const { session, preload, icon, stateFile, log } = this.#options;
    const state = onScreen(
      readWindowState(stateFile),
      screen.getAllDisplays().map(({ workArea }) => workArea),
    );
    const offset = BrowserWindow.getAllWindows().length * 28;
    const window = new BrowserWindow({
      width: state.width,
      height: state.height,
      ...(state.x === undefined || state.y === undefined ? {} : { x: state.x + offset, y: state.y + offset }),
      minWidth: 340,
      minHeight: 320,
      show: false,
      title: 'Nightshift',
      icon,
      autoHideMenuBar: true,
      webPreferences: {
        session,
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: true,
      },
    });
    if (state.maximized) window.maximize();
    window.once('ready-to-show', () => window.show());
    window.on('close', (event) => {
      void keepWindowState(stateFile, stateOf(window), (error) =>
        log('warn', "The window's place was not kept.", { error }),
      );
      const isLast = BrowserWindow.getAllWindows().length === 1;
      if (!isLast || !this.#options.hidesOnClose()) return;
      event.preventDefault();
      window.hide();
    });
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      if (reason === 'clean-exit') return;
      log('error', "A window's page crashed and is loaded again; jobs are not touched by that.", { reason, exitCode });
      window.reload();
    });
    void window.loadURL(`${pageAddress()}${address}`);
    return window;
  }

  hideAll(): void {
    for (const window of BrowserWindow.getAllWindows()) window.hide();
  }

  /** Whether the user is at one of them. */
  isInFront(): boolean {
    return BrowserWindow.getFocusedWindow()?.isVisible() === true;
  }
}

function stateOf(window: BrowserWindow): WindowState {
  return { ...window.getNormalBounds(), maximized: window.isMaximized() };
}
