/**
 * The channel of a process started by Electron's `utilityProcess.fork`. A port takes everything at once and does not say
 * when it is on its way, so the host reports each batch that it has taken, as a number: only then may the process exit
 * without losing it.
 */
import { z } from 'zod';
import { EngineToWorker } from '../protocol/worker.ts';
import type { Channel } from './channel.ts';

/** What `process.parentPort` is in a utility process. */
export interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
}

/** Messages for the worker, or how many of its batches the host has taken since the last report. */
const Frame = z.union([z.number().int().positive(), z.array(EngineToWorker)]);

/** Undefined in any other process. */
export function parentPortOf(host: object): ParentPort | undefined {
  return 'parentPort' in host ? (host.parentPort as ParentPort | undefined) : undefined;
}

/** A frame that the protocol does not know throws from the message handler and so ends the worker, as with `forkChannel`. */
export function parentPortChannel(port: ParentPort): Channel {
  const unconfirmed: (() => void)[] = [];
  let receive: ((messages: readonly EngineToWorker[]) => void) | undefined;
  port.on('message', ({ data }) => {
    const frame = Frame.parse(data);
    if (typeof frame !== 'number') receive?.(frame);
    else for (const sent of unconfirmed.splice(0, frame)) sent();
  });
  return {
    send(messages, sent) {
      unconfirmed.push(sent);
      port.postMessage(messages);
    },
    onMessages(receiver) {
      receive = receiver;
    },
    // Chromium ends a utility process whose browser process is gone: there is nobody left to hear it.
    onClosed: () => undefined,
  };
}
