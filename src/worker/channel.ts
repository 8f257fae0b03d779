/**
 * How a worker speaks to its engine, whatever carries it: a forked process's IPC today, `parentPort` in Electron's
 * utilityProcess. The worker knows nothing else of its host.
 */
import { z } from 'zod';
import { EngineToWorker, type WorkerToEngine } from '../protocol/worker.ts';

export interface Channel {
  /**
   * Hands a batch to the operating system, in order. `sent` is called once it has been written or the channel is gone;
   * only after that may the process exit without losing it.
   */
  send(messages: readonly WorkerToEngine[], sent: () => void): void;
  /** Registers the one receiver of messages. */
  onMessages(receive: (messages: readonly EngineToWorker[]) => void): void;
  /** Registers what happens when the engine's side is gone: its process ended, or it closed the channel. */
  onClosed(closed: () => void): void;
}

const Batch = z.array(EngineToWorker);

/**
 * The channel of a process started by `child_process.fork`. Throws when the process was started in any other way. A
 * batch that the protocol does not know throws from the message handler and so ends the worker: the two sides would be
 * of different versions, and a dropped `run` would hang its job.
 */
export function forkChannel(host: NodeJS.Process): Channel {
  if (host.send === undefined)
    throw new Error('The worker is started by Nightshift, not by hand: it has no IPC channel.');
  const send = host.send.bind(host);
  return {
    send(messages, sent) {
      if (!host.connected) {
        sent();
        return;
      }
      // An error here means that the engine went away in mid-write, which `disconnect` reports.
      send(messages, undefined, undefined, () => sent());
    },
    onMessages(receive) {
      host.on('message', (batch) => receive(Batch.parse(batch)));
    },
    onClosed(closed) {
      host.on('disconnect', closed);
    },
  };
}
