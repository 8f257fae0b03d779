/**
 * Runs first in a stand-in for a utility process: gives it `process.parentPort`, and ends it with its parent. As in Electron,
 * it does not end because there is nothing left to do: the channel to its parent keeps it.
 */
import { EventEmitter } from 'node:events';

class StandInParentPort extends EventEmitter {
  postMessage(message: unknown): void {
    process.send?.(message);
  }
}

const port = new StandInParentPort();
const early: unknown[] = [];
process.on('message', (message: { data: unknown }) => {
  if (port.listenerCount('message') === 0) early.push({ data: message.data });
  else port.emit('message', { data: message.data });
});
port.on('newListener', (event) => {
  if (event !== 'message') return;
  setImmediate(() => {
    for (const message of early.splice(0)) port.emit('message', message);
  });
});
Object.defineProperty(process, 'parentPort', { value: port });

// Chromium ends a utility process when the browser process is gone, however it went.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
