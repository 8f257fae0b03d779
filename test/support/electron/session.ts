/** `session`, `protocol`: the page's scheme, whose handler answers the windows' requests; permissions, which are noted. */
import type { CustomScheme, Protocol, Session } from 'electron';
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

export const permissions: {
  request: Parameters<Session['setPermissionRequestHandler']>[0];
  check: Parameters<Session['setPermissionCheckHandler']>[0];
} = { request: null, check: null };

const defaultSession = strict('session', {
  protocol: schemes,
  setPermissionRequestHandler: (handler: typeof permissions.request) => void (permissions.request = handler),
  setPermissionCheckHandler: (handler: typeof permissions.check) => void (permissions.check = handler),
  setDevicePermissionHandler: (): void => undefined,
  resolveProxy: (): Promise<string> => Promise.resolve('DIRECT'),
});

export const session = strict('session module', { defaultSession });
