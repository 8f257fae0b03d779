/**
 * Backpressure. A watch of the engine is a state, not a queue: whoever pulls late gets the newest state, and nothing is
 * held for him. So a slow reader costs no memory as long as nothing is pulled for him, and that is all this file does:
 * a carrier says how full its connection is, and subscriptions are pulled only while there is room.
 */
import type { WebSocket } from 'ws';
import type { Flow } from '../../carrier/flow.ts';

/** Yields what `source` yields; asks it for the next only while the connection has room. */
export async function* paced<T>(source: AsyncIterable<T>, flow: Flow): AsyncGenerator<T> {
  await flow.ready();
  for await (const item of source) {
    yield item;
    await flow.ready();
  }
}

const flows = new WeakMap<WebSocket, Flow>();

/** Remembers the room of a connection that is about to be served. */
export function setFlow(socket: WebSocket, flow: Flow): void {
  flows.set(socket, flow);
}

/** The room of a served connection, for `createContext`, which gets the socket as `res`. */
export function flowOf(socket: WebSocket): Flow {
  const flow = flows.get(socket);
  if (flow === undefined) throw new Error('this socket is not served by one of our carriers');
  return flow;
}
