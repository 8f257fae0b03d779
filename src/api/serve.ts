/** The router over an engine, ready for any carrier: what a host connects to its sockets, ports and HTTP requests. */
import type { RequestListener } from 'node:http';
import type { TRPCError } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import type { Log } from '../engine/ports.ts';
import type { EngineService } from '../engine/service.ts';
import { CallSlots, callSlotsOf } from './carriers/call-slots.ts';
import { openFlow } from '../carrier/flow.ts';
import { flowOf } from './carriers/flow.ts';
import { noServer, type Speak } from './carriers/serve-transport.ts';
import { appRouter } from './router.ts';

/** Where the router is served over HTTP. */
export const apiPath = '/trpc';
/** Calls in one batch of the wire protocol. */
const maxBatchSize = 200;
/** A WebSocket that has been quiet for `pingMs` is asked whether it is there, and cut after `pongWaitMs` of silence. */
const keepAlive = { enabled: true, pingMs: 30_000, pongWaitMs: 30_000 };

export interface Api {
  /** For connections that stay: `createWsCarrier`, `serveTransport`. */
  readonly speak: Speak;
  /** For plain HTTP below `apiPath`. The caller has checked who asks, and bounded the body. */
  readonly http: RequestListener;
}

export function createApi({ engine, log }: { engine: EngineService; log: Log }): Api {
  // A refusal is an answer; only defects are logged. Never the input: it may be a message's text or a key.
  const onError = ({ error, path, type }: { error: TRPCError; path: string | undefined; type: string }) => {
    if (error.code !== 'INTERNAL_SERVER_ERROR' || isBrokenConnection(error.cause)) return;
    log('error', `A ${type} failed by a defect of Nightshift.`, { procedure: path, error: error.cause ?? error });
  };
  return {
    speak: getWSConnectionHandler({
      wss: noServer,
      router: appRouter,
      createContext: ({ res }) => ({ engine, flow: flowOf(res), slots: callSlotsOf(res) }),
      maxBatchSize,
      keepAlive,
      onError,
    }),
    http: createHTTPHandler({
      router: appRouter,
      basePath: `${apiPath}/`,
      createContext: () => ({ engine, flow: openFlow, slots: new CallSlots() }),
      maxBatchSize,
      onError,
    }),
  };
}

/** A client that breaks the WebSocket protocol or goes away; `ws` has closed the connection with a code that says so. */
function isBrokenConnection(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    'code' in cause &&
    typeof cause.code === 'string' &&
    /^(?:WS_ERR_\w+|ECONNRESET|EPIPE|ETIMEDOUT)$/u.test(cause.code)
  );
}
