// Loaded into the host by scripts/start.mjs (`--import`): ends the host when the start script is gone without having
// passed on a signal, which only a `kill -9` or a crash does. The host goes the same way: it is built to lose nothing.
import { Socket } from 'node:net';

const fd = process.env['NIGHTSHIFT_PARENT_FD'];
// Workers inherit the host's flags and its environment, and are not the start script's children.
delete process.env['NIGHTSHIFT_PARENT_FD'];

if (fd !== undefined) {
  const parent = new Socket({ fd: Number(fd), readable: true, writable: false });
  parent.once('close', () => {
    process.kill(process.pid, 'SIGKILL');
  });
  parent.resume();
  parent.unref();
}
