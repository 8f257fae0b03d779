/** tRPC over IPC: each page's port goes straight to the router. A page has one port at a time. */
import { ipcMain, MessageChannelMain, type IpcMainEvent, type MessagePortMain } from 'electron';
import type { Api } from '../../api/serve.ts';
import { serveTransport } from '../../api/carriers/serve-transport.ts';
import { portTransport, type Port } from '../../carrier/port-transport.ts';
import type { Log } from '../../engine/ports.ts';
import type { Door } from '../common/service.ts';
import { connectChannel, portChannel } from './channels.ts';
import { isPage } from './page-address.ts';

/** Serves every page that asks, until the door is closed, and all ports with it. */
export function servePorts(api: Pick<Api, 'speak'>, log: Log): Door {
  const open = new Map<number, MessagePortMain>();

  const connect = (event: IpcMainEvent): void => {
    const { sender, senderFrame } = event;
    if (senderFrame === null || senderFrame.parent !== null || !isPage(senderFrame.url)) {
      log('warn', 'A port was refused to a frame that is not the page.', { url: senderFrame?.url ?? 'gone' });
      return;
    }
    // A reload asks anew: what the page before it had is of no use any more.
    open.get(sender.id)?.close();
    const { port1: ours, port2: theirs } = new MessageChannelMain();
    open.set(sender.id, ours);
    ours.once('close', () => {
      if (open.get(sender.id) === ours) open.delete(sender.id);
    });
    serveTransport(portTransport(fromMainPort(ours)), api.speak);
    senderFrame.postMessage(portChannel, null, [theirs]);
  };

  ipcMain.on(connectChannel, connect);
  return {
    // The windows are hidden by then: there is nobody to say farewell to.
    close() {
      ipcMain.off(connectChannel, connect);
      for (const port of open.values()) port.close();
      return Promise.resolve();
    },
  };
}

function fromMainPort(port: MessagePortMain): Port {
  return {
    postMessage: (frame) => port.postMessage(frame),
    onMessage: (listener) => void port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => void port.on('close', listener),
    start: () => port.start(),
    close: () => port.close(),
  };
}
