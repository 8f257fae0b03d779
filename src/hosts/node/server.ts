/** The headless host's server: page, API over HTTP and WebSocket, and `/healthz`, on one port. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWsCarrier, type WsCarrier } from '../../api/carriers/ws-server.ts';
import { apiPath, type Api } from '../../api/serve.ts';
import type { Log } from '../../engine/ports.ts';
import type { BackupFile } from '../../protocol/data.ts';
import { createAccessCheck, type AccessCheck } from './access.ts';
import { rawRefusal, refuse, sendPage, setCommonHeaders, type Refusal } from './answers.ts';
import { maxBodyBytes, readBody } from './body.ts';
import { guardConnections, httpLimits, maxWebSockets } from './connections.ts';
import { isAttachmentPath } from '../common/attachment-files.ts';
import { isBackupPath } from '../common/backup-files.ts';
import { sendAttachment, type OpenAttachment } from './attachments.ts';
import { sendBackup } from './downloads.ts';
import { StartError } from '../common/exit-codes.ts';
import { createPageHandler, type PageHandler } from './page.ts';
import { createGatekeeper, type Gatekeeper } from './token.ts';

export interface ServerOptions {
  api: Api;
  log: Log;
  host: string;
  /** 0: any free one. */
  port: number;
  allowedHosts: readonly string[];
  token: string;
  /** The built page. */
  pageFolder: string;
  /** The bytes of attachments. */
  attachments?: OpenAttachment;
  /** Files for `GET /backups/<name>`; absent: none. */
  backups?: () => readonly BackupFile[];
  /** What `GET /healthz` answers to anybody; 503 when `ready` is false. */
  health: () => { ready: boolean; body: Readonly<Record<string, unknown>> };
}

export interface RunningServer {
  readonly port: number;
  /** Takes no more requests, asks pages to go, cuts what stays longer than `graceMs`. Harmless when called again. */
  close(graceMs: number): Promise<void>;
}

const notAdmitted: Refusal = {
  status: 401,
  code: 'UNAUTHORIZED',
  message:
    'This page needs a token. Open the link that Nightshift printed when it started ("http://…/?token=…"), or send ' +
    'the token as "Authorization: Bearer …".',
};

const tooManySockets: Refusal = {
  status: 429,
  code: 'TOO_MANY_REQUESTS',
  message: `There are ${maxWebSockets} WebSockets open already, the most there may be. Close some pages or programs first.`,
};

/** Resolves when the port is open. Rejects with `StartError` when it cannot be. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = createServer(httpLimits);
  guardConnections(server, options.log);
  const carrier = createWsCarrier({
    speak: options.api.speak,
    maxPayloadBytes: maxBodyBytes,
    onStuck: () => options.log('warn', 'A page or program that does not read what it asked for was disconnected.'),
  });
  const port = await listen(server, options.host, options.port);
  const door: Door = {
    ...options,
    carrier,
    check: createAccessCheck({ host: options.host, port, allowedHosts: options.allowedHosts }),
    gatekeeper: createGatekeeper(options.token, port),
    page: createPageHandler(options.pageFolder),
  };
  server.on('request', (request, response) => {
    answer(door, request, response).catch((error: unknown) => {
      options.log('error', 'A request failed by a defect of Nightshift.', { error });
      if (response.headersSent) response.destroy();
      else
        refuse(request, response, { status: 500, code: 'INTERNAL_SERVER_ERROR', message: 'Nightshift hit a defect.' });
    });
  });
  server.on('upgrade', (request, socket, head) => upgrade(door, request, socket, head));

  let closing: Promise<void> | undefined;
  return { port, close: (graceMs) => (closing ??= close(server, carrier, graceMs)) };
}

interface Door extends ServerOptions {
  carrier: WsCarrier;
  check: AccessCheck;
  gatekeeper: Gatekeeper;
  page: PageHandler;
}

async function answer(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  setCommonHeaders(response);
  const url = addressOf(request);
  const path = url?.pathname ?? '';
  const forbidden = door.check(request.headers, isLink(request, path));
  if (forbidden !== undefined) {
    refuse(request, response, { status: 403, code: 'FORBIDDEN', message: forbidden });
    return;
  }
  if (url === undefined) {
    refuse(request, response, {
      status: 400,
      code: 'BAD_REQUEST',
      message: 'The address of this request makes no sense.',
    });
    return;
  }
  if (path === '/healthz') {
    const { ready, body } = door.health();
    response.statusCode = ready ? 200 : 503;
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(body));
    return;
  }
  const linkToken = path === '/' ? url.searchParams.get('token') : null;
  if (linkToken !== null && door.gatekeeper.isToken(linkToken)) {
    exchangeToken(door, request, response);
    return;
  }
  if (linkToken !== null || !door.gatekeeper.admits(request.headers)) {
    refuse(request, response, notAdmitted);
    return;
  }
  if (isApi(path)) await call(door, request, response);
  else if (isAttachmentPath(path)) await sendAttachment(request, response, path, door.attachments ?? (() => undefined));
  else if (isBackupPath(path)) await sendBackup(request, response, path, door.backups?.() ?? []);
  else await door.page(request, response, path);
}

/** The link's token becomes a cookie and leaves the address, so that it is in no history, bookmark or screenshot. */
function exchangeToken(door: Door, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Set-Cookie', door.gatekeeper.setCookie);
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') {
    // After a click in another site's page (a web mail) a redirect still counts as theirs, and the strict cookie stays
    // behind. A page of ours that moves on by itself does not.
    sendPage(response, 'One moment …', '/');
    return;
  }
  response.statusCode = 303;
  response.setHeader('Location', '/');
  response.end();
}

async function call(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // tRPC takes forms and binary bodies too. A form is what a page of another site can send without asking.
  if (request.method === 'POST' && !/^application\/json(?:;|$)/iu.test(request.headers['content-type'] ?? '')) {
    request.resume();
    refuse(request, response, {
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'The body of a call is JSON: send it with "Content-Type: application/json".',
    });
    return;
  }
  const body = await readBody(request, maxBodyBytes);
  if (body.kind === 'cut') return;
  if (body.kind === 'too-large') {
    // A client that is cut off in mid-sentence does not read the answer: the rest is taken, and thrown away.
    request.resume();
    refuse(request, response, {
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
      message: `The body is larger than ${maxBodyBytes / 1024 / 1024} MB. Send it in several calls.`,
    });
    return;
  }
  door.api.http(Object.assign(request, { body: body.text }), response);
}

function upgrade(door: Door, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  // Until `ws` takes over, a broken connection is nobody's concern.
  const ignore = () => undefined;
  socket.on('error', ignore);
  const forbidden = door.check(request.headers, false);
  const path = addressOf(request)?.pathname ?? '';
  if (forbidden !== undefined) refuseUpgrade(socket, { status: 403, code: 'FORBIDDEN', message: forbidden });
  else if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
    refuseUpgrade(socket, { status: 400, code: 'BAD_REQUEST', message: 'This server upgrades to WebSocket only.' });
  } else if (path !== apiPath) {
    refuseUpgrade(socket, { status: 404, code: 'NOT_FOUND', message: `The WebSocket is at ${apiPath}.` });
  } else if (!door.gatekeeper.admits(request.headers)) refuseUpgrade(socket, notAdmitted);
  else if (door.carrier.size >= maxWebSockets) refuseUpgrade(socket, tooManySockets);
  else {
    socket.off('error', ignore);
    door.carrier.upgrade(request, socket, head);
  }
}

function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  socket.end(rawRefusal(refusal));
}

function isApi(path: string): boolean {
  return path === apiPath || path.startsWith(`${apiPath}/`);
}

function isLink(request: IncomingMessage, path: string): boolean {
  return request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate' && !isApi(path);
}

function addressOf(request: IncomingMessage): URL | undefined {
  const target = request.url ?? '';
  // The base keeps a target such as `//evil.example/` from being read as a host.
  return target.startsWith('/') ? (URL.parse(`http://localhost${target}`) ?? undefined) : undefined;
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  try {
    await promise;
  } catch (error) {
    throw new StartError('address', addressWords(error, host, port), { cause: error });
  }
  server.off('error', reject);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function addressWords(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return (
        `Port ${port} on ${host} is taken by another program, perhaps by a Nightshift that runs already. ` +
        'Stop it, or choose another port with --port (0 takes any free one).'
      );
    case 'EACCES':
      return `Port ${port} needs special rights on this machine. Choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Choose another with --host, for example 127.0.0.1.`;
    default:
      return `${host}:${port} cannot be listened on: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

async function close(server: Server, carrier: WsCarrier, graceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await carrier.close(graceMs);
  server.closeIdleConnections();
  await promise;
  clearTimeout(cut);
}
