/**
 * What a window's page gets besides the web: a port to the engine's router, and addresses to show. `contextBridge` cannot
 * carry a port, so it goes to the page as a message of its own window.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { connectChannel, portChannel, showChannel } from './channels.ts';
import type { DesktopBridge } from './bridge.ts';

const bridge: DesktopBridge = {
  platform: process.platform,
  connect: () => ipcRenderer.send(connectChannel),
};

contextBridge.exposeInMainWorld('nightshiftDesktop', bridge);

ipcRenderer.on(portChannel, (event) => {
  window.postMessage(portChannel, location.origin, [...event.ports]);
});

ipcRenderer.on(showChannel, (_event, hash: unknown) => {
  if (typeof hash === 'string') location.hash = hash;
});
