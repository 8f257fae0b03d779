/** The stand-in for the few modules of Electron that the desktop uses, as its bundle imports them. */
export { app } from './app.ts';
export { MessageChannelMain } from './message-ports.ts';
export { protocol, session } from './session.ts';
export {
  autoUpdater,
  crashReporter,
  dialog,
  Menu,
  nativeImage,
  Notification,
  powerMonitor,
  safeStorage,
  screen,
  shell,
  Tray,
} from './system.ts';
export { utilityProcess } from './utility-process.ts';
export { BrowserWindow } from './windows.ts';
export { ipcMain } from './contents.ts';
