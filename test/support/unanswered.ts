/**
 * A message that a host has stored and not acknowledged. The time between the two is well under a millisecond; a large
 * message makes it longer, because what goes to the worker leaves first. The host is stopped the moment that the row can
 * be seen; whether its acknowledgement was faster is seen too, and then the next message tries again.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { ConversationId } from '../../src/protocol/ids.ts';
import { converse } from './chat.ts';
import type { TestHost } from './host.ts';

export interface UnansweredInput {
  readonly requestId: string;
  readonly conversationId: ConversationId;
  readonly text: string;
}

const maxTries = 50;
/** How long the row may take, in milliseconds: the test's own process stands still meanwhile. */
const rowMs = 10_000;

/**
 * Leaves the host stopped (SIGSTOP) with a message in its database whose sender has heard nothing. The message begins
 * with `unacknowledged`. Throws when the acknowledgement was faster every time.
 */
export async function sendUnanswered(host: TestHost): Promise<UnansweredInput> {
  const sqlite = new Database(join(host.dataDir, 'nightshift.db'), { readonly: true });
  try {
    for (let attempt = 1; attempt <= maxTries; attempt += 1) {
      const input: UnansweredInput = {
        requestId: randomUUID(),
        conversationId: await converse(host),
        text: `unacknowledged ${attempt} ${'and so on '.repeat(15_000)}`.trimEnd(),
      };
      if (await stopBetween(host, sqlite, input)) return input;
      host.signal('SIGCONT');
    }
  } finally {
    sqlite.close();
  }
  throw new Error(`the host acknowledged before it could be stopped, ${maxTries} times`);
}

/** True when the host stands still between commit and acknowledgement. */
async function stopBetween(host: TestHost, sqlite: Database.Database, input: UnansweredInput): Promise<boolean> {
  const socket = connect(host.port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  let heard = 0;
  socket.on('data', (data) => {
    heard += data.length;
  });
  const body = Buffer.from(JSON.stringify(input));
  const head = [
    'POST /trpc/conversations.send HTTP/1.1',
    `Host: 127.0.0.1:${host.port}`,
    `Authorization: Bearer ${host.token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  await written(socket, Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body.subarray(0, -1)]));
  const row = sqlite.prepare('SELECT 1 FROM messages WHERE conversation_id = ?');
  // The last byte leaves with this call. From here on nothing may come between the row and the signal.
  socket.write(body.subarray(-1));
  const giveUpAt = performance.now() + rowMs;
  while (row.get(input.conversationId) === undefined) {
    if (performance.now() > giveUpAt) throw new Error('the message was not stored');
  }
  host.signal('SIGSTOP');
  // What the host has written by now is in the socket's buffer: a few rounds of the event loop read it.
  for (let round = 0; round < 20; round += 1) await nextTurn();
  socket.destroy();
  return heard === 0;
}

function written(socket: Socket, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(data, (error) => (error == null ? resolve() : reject(error)));
  });
}
