/** How the page reaches the engine. Everything above this file is the same in a browser and in Electron. */

/** What a failed attempt to connect turns out to be. */
export type Reachability =
  /** The service answers and knows us: the connection was merely cut. */
  | 'reachable'
  /** The service answers, and does not let us in. */
  | 'refused'
  /** Nobody answers. */
  | 'unreachable';

export interface Transport {
  /** The constructor of the channel; tRPC's client speaks its WebSocket protocol over it. */
  readonly WebSocket: typeof WebSocket;
  readonly url: string;
  /** Asks why an attempt failed: a WebSocket does not say. Never rejects. */
  probe(): Promise<Reachability>;
}

/** The same host that served the page, by its cookie. */
export function browserTransport(location: Location): Transport {
  const url = new URL('/trpc', location.href);
  const probeUrl = new URL('/trpc/settings.get', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    WebSocket,
    url: url.href,
    async probe() {
      try {
        const { status } = await fetch(probeUrl, { cache: 'no-store', signal: AbortSignal.timeout(5_000) });
        if (status === 401 || status === 403) return 'refused';
        return status < 500 ? 'reachable' : 'unreachable';
      } catch {
        return 'unreachable';
      }
    },
  };
}
