/** When a page has come to rest: so that a test can look at what is there without waiting for a time. */
import type { Page, Request, WebSocket } from 'playwright-core';

/** What stands between the page and its rest, told by what it sends and receives. */
class Traffic {
  readonly #open = new Set<unknown>();
  #stirred = 0;
  #wake: (() => void)[] = [];

  begin(call: unknown): void {
    this.stir();
    this.#open.add(call);
  }

  stir(): void {
    this.#stirred += 1;
  }

  end(call: unknown): void {
    if (this.#open.delete(call) && this.#open.size === 0) for (const wake of this.#wake.splice(0)) wake();
  }

  /** Grows with everything that may make the page draw, or ask for more. */
  get stirred(): number {
    return this.#stirred;
  }

  async quiet(): Promise<void> {
    while (this.#open.size > 0) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }
}

/**
 * Call it before the page is loaded. What is returned resolves when all that the page has asked for is answered, files over
 * HTTP and calls over its socket (a subscription: when it has begun), and nothing more was asked or told two frames later.
 */
export function restOf(page: Page): () => Promise<void> {
  const traffic = new Traffic();
  const isOverNetwork = (request: Request): boolean => request.url().startsWith('http');
  page.on('request', (request) => {
    if (isOverNetwork(request)) traffic.begin(request);
  });
  page.on('requestfinished', (request) => traffic.end(request));
  page.on('requestfailed', (request) => traffic.end(request));
  page.on('websocket', (socket) => watchSocket(socket, traffic));
  return async () => {
    for (;;) {
      await traffic.quiet();
      const { stirred } = traffic;
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))),
      );
      if (traffic.stirred === stirred) return;
    }
  };
}

/** tRPC's protocol: a call is answered by a frame that bears its id. */
function watchSocket(socket: WebSocket, traffic: Traffic): void {
  const open = new Map<unknown, object>();
  const end = (id: unknown): void => {
    traffic.end(open.get(id));
    open.delete(id);
  };
  socket.on('framesent', ({ payload }) => {
    for (const { id, method } of messagesIn(payload)) {
      if (method !== 'query' && method !== 'mutation' && method !== 'subscription') continue;
      const call = {};
      open.set(id, call);
      traffic.begin(call);
    }
  });
  socket.on('framereceived', ({ payload }) => {
    traffic.stir();
    for (const { id, method } of messagesIn(payload)) if (method === undefined) end(id);
  });
  socket.on('close', () => {
    for (const id of [...open.keys()]) end(id);
  });
}

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
}

function messagesIn(payload: string | Buffer): Message[] {
  const text = payload.toString();
  // Pings and pongs are bare words.
  if (!/^[[{]/u.test(text)) return [];
  return [JSON.parse(text) as Message | Message[]].flat();
}
