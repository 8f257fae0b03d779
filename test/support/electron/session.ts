/** `session`, `protocol`: the page's scheme, whose handler answers the windows' requests; permissions, which are noted. */
import { EventEmitter } from 'node:events';
import type { CustomScheme, Protocol } from 'electron';
import { app } from './app.ts';
import { strict } from './strict.ts';

type Handler = (request: Request) => Response | Promise<Response>;

const handlers = new Map<string, Handler>();
const privileged = new Set<string>();

const schemes = {
  handle(scheme: string, handler: Handler): void {
    if (!privileged.has(scheme)) throw new Error(`${scheme}: was not registered as privileged before ready`);
    handlers.set(scheme, handler);
  },
} satisfies Partial<Protocol>;

export const protocol = strict('protocol', {
  ...schemes,
  registerSchemesAsPrivileged(customSchemes: CustomScheme[]): void {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged() must be called before ready');
    for (const { scheme } of customSchemes) privileged.add(scheme);
  },
} satisfies Partial<Protocol>);

/** Answers a window's request for an `app:` address, as the bundle's own handler says. */
export async function respond(url: string, method: string): Promise<Response> {
  const handler = handlers.get(new URL(url).protocol.slice(0, -1));
  if (handler === undefined) return new Response('no handler', { status: 502 });
  return handler(new Request(url, { method }));
}

/** What the bundle looks at of what Electron tells it. */
type Decide = (contents: null, permission: string, decide: (granted: boolean) => void, asked: Asked) => void;
type Check = (contents: null, permission: string, origin: string, asked: Asked) => boolean;
interface Asked {
  requestingUrl: string;
}

export const permissions: { request: Decide | null; check: Check | null } = { request: null, check: null };

class StandInSession extends EventEmitter {
  readonly protocol = schemes;

  setPermissionRequestHandler(handler: Decide | null): void {
    permissions.request = handler;
  }

  setPermissionCheckHandler(handler: Check | null): void {
    permissions.check = handler;
  }

  setDevicePermissionHandler(): void {}

  resolveProxy(): Promise<string> {
    return Promise.resolve('DIRECT');
  }
}

/** The one that all windows of the bundle have. */
export const defaultSession = new StandInSession();

export const session = strict('session module', { defaultSession: strict('session', defaultSession) });
