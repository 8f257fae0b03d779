import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { fromEventPort, portTransport } from '../../src/carrier/port-transport.ts';
import { serveTransport } from '../../src/api/carriers/serve-transport.ts';
import { transportSocket } from '../../src/carrier/transport-socket.ts';
import { createWsCarrier } from '../../src/api/carriers/ws-server.ts';
import { wsTransport } from '../../src/api/carriers/ws-transport.ts';
import { describeCarrier, type CarrierBench } from '../conformance/carrier.ts';
import { slowPortReader } from '../conformance/slow-port-reader.ts';

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function wsBench(
  speak: Parameters<typeof createWsCarrier>[0]['speak'],
  client: (url: string) => CarrierBench['client'],
): Promise<CarrierBench> {
  const carrier = createWsCarrier({ speak, maxPayloadBytes: 4_000_000 });
  const server = createServer();
  const sockets = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    carrier.upgrade(request, socket, head);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${portOf(server)}/`;
  return {
    client: client(url),
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    async slowReader() {
      const socket = new WebSocket(url);
      socket.on('error', () => undefined);
      await once(socket, 'open');
      socket.pause();
      return {
        send: (text) => socket.send(text),
        read: (onText) => {
          socket.on('message', (data: Buffer) => onText(data.toString()));
          socket.resume();
        },
        close: () => socket.terminate(),
      };
    },
    async close() {
      await carrier.close(100);
      server.close();
    },
  };
}

describeCarrier('ws (a WebSocket as browsers have it)', (speak) => wsBench(speak, (url) => ({ url })));

describeCarrier('ws (a client that sends headers)', (speak) =>
  wsBench(speak, (url) => ({ url, WebSocket: transportSocket((to) => wsTransport(to, { 'x-any': 'header' })) })),
);

describeCarrier('MessagePort (worker_threads)', (speak) => {
  const serverEnds = new Set<MessagePort>();
  function openChannel(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    serverEnds.add(port1);
    port1.on('close', () => serverEnds.delete(port1));
    serveTransport(portTransport(fromEventPort(port1)), speak);
    return port2;
  }
  const cut = () => {
    for (const port of serverEnds) port.close();
  };
  return Promise.resolve({
    client: { url: 'port:', WebSocket: transportSocket(() => portTransport(fromEventPort(openChannel()))) },
    cut,
    slowReader: () => Promise.resolve(slowPortReader(openChannel())),
    close() {
      cut();
      return Promise.resolve();
    },
  });
});
