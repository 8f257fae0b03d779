/** The database's file itself: gone, replaced, damaged, locked, or left behind by a crash. Under the real host. */
import { existsSync, openSync, renameSync, rmSync, statSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/hosts/common/exit-codes.ts';
import { ask, completed, transcript } from '../support/chat.ts';
import { dataFolder } from '../support/data-folder.ts';
import { healthBecomes, healthz } from '../support/health.ts';
import { runHost, startHost } from '../support/host.ts';

let folder: ReturnType<typeof dataFolder>;
let file: string;
beforeEach(() => {
  folder = dataFolder();
  file = join(folder.path, 'nightshift.db');
});
afterEach(() => folder[Symbol.dispose]());

const demo = { tokens: 3, tokenMs: 1 };
const refused = /takes no writes now: .*Nothing was stored/u;

describe('the file is gone while the host runs', () => {
  test('moved away: refused, and by itself well again when it is back', async () => {
    await using host = await startHost({ dataDir: folder.path });
    const kept = await ask(host, 'kept', { demo });
    await completed(host, kept.jobId);
    renameSync(file, `${file}.elsewhere`);
    await healthBecomes(host, 503, /nightshift\.db was deleted or moved away while it was open\. Move the file back/u);
    await expect(ask(host, 'lost?', { conversationId: kept.conversationId })).rejects.toThrow(refused);
    renameSync(`${file}.elsewhere`, file);
    await healthBecomes(host, 200, null);
    await completed(host, (await ask(host, 'again', { conversationId: kept.conversationId, demo })).jobId);
    expect(await transcript(host, kept.conversationId)).toHaveLength(4);
  });

  test.each(['', '-wal'])(
    'deleted (nightshift.db%s): what was acknowledged is in a copy that can take its place',
    async (which) => {
      const host = await startHost({ dataDir: folder.path });
      const kept = await ask(host, 'kept', { demo });
      await completed(host, kept.jobId);
      rmSync(`${file}${which}`);
      const failing = await healthBecomes(host, 503, /was copied to .*nightshift\.db\.rescued/u);
      // A log that is gone is made anew by the next connection, the side thread's: then another one is in its place.
      expect(failing.reason).toMatch(
        which === ''
          ? /nightshift\.db was deleted/u
          : /nightshift\.db-wal was deleted|in the place of nightshift\.db-wal/u,
      );
      await expect(ask(host, 'lost?', { conversationId: kept.conversationId })).rejects.toThrow(refused);
      await host.stop();
      await host.close();

      for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
      renameSync(`${file}.rescued`, file);
      await using next = await startHost({ dataDir: folder.path });
      expect((await transcript(next, kept.conversationId)).map(({ text }) => text)[0]).toBe('kept');
      expect(await transcript(next, kept.conversationId)).toHaveLength(2);
    },
  );

  test('replaced: the stranger is not written to, and it says so until it is started again', async () => {
    await using host = await startHost({ dataDir: folder.path });
    await completed(host, (await ask(host, 'kept', { demo })).jobId);
    renameSync(file, `${file}.elsewhere`);
    writeFileSync(file, 'a stranger');
    await healthBecomes(host, 503, /another file was put in the place of nightshift\.db/u);
    await expect(ask(host, 'lost?')).rejects.toThrow(refused);
    await host.stop();
    expect(statSync(file).size).toBe('a stranger'.length);
  });
});

describe('a damaged file', () => {
  test('is found at the start by reading all of it, and nothing is written any more', async () => {
    const host = await startHost({ dataDir: folder.path });
    for (const text of Array.from({ length: 5 }, (_, n) => `${n} ${'x'.repeat(3_000)}`)) {
      await completed(host, (await ask(host, text, { demo })).jobId);
    }
    await host.stop();
    await host.close();
    damage('messages_position');

    await using next = await startHost({ dataDir: folder.path });
    await healthBecomes(next, 503, /its file is damaged \(a check found: .*\)\. Stop Nightshift, put a backup/u);
    await expect(ask(next, 'refused')).rejects.toThrow(refused);
    // It does not get better by waiting.
    expect((await healthz(next)).status).toBe('failing');
    expect(next.logs().some(({ message }) => message === 'the database is damaged')).toBe(true);
  });

  test('whose first pages cannot be read is refused at the start, and not touched', async () => {
    const host = await startHost({ dataDir: folder.path });
    await host.stop();
    await host.close();
    damage('sqlite_schema');
    const run = runHost({ args: ['--port', '0', '--data', folder.path, '--log', 'json'] });
    const exit = await run.exited;
    await run.end();
    expect([exitCodes['not-a-database'], exitCodes.damaged]).toContain(exit.code);
    expect(run.stderr()).toMatch(/damaged/u);
  });

  /** Overwrites the first page of a table or an index. */
  function damage(name: string): void {
    const database = new Database(file);
    database.pragma('wal_checkpoint(TRUNCATE)');
    const pageSize = Number(database.pragma('page_size', { simple: true }));
    const root = database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name) ?? 1;
    database.close();
    const handle = openSync(file, 'r+');
    // Behind the file's own header, where it is the first page.
    const at = (Number(root) - 1) * pageSize + (root === 1 ? 100 : 0);
    writeSync(handle, Buffer.alloc(pageSize - (root === 1 ? 100 : 0), 0xa5), 0, undefined, at);
    closeSync(handle);
  }
});

test('a lock held by another program: refused within a second, and well again when it has gone', async () => {
  await using host = await startHost({ dataDir: folder.path });
  const kept = await ask(host, 'kept', { demo });
  await completed(host, kept.jobId);
  const other = new Database(file);
  other.exec('BEGIN IMMEDIATE');
  const asked = performance.now();
  await expect(ask(host, 'refused', { conversationId: kept.conversationId })).rejects.toThrow(
    /takes no writes now: another process holds it locked .*Nothing was stored\. Close the other program/u,
  );
  expect(performance.now() - asked).toBeLessThan(2_000);
  await healthBecomes(host, 503, /another process holds it locked/u);
  other.exec('ROLLBACK');
  other.close();
  await healthBecomes(host, 200, null);
  await completed(host, (await ask(host, 'again', { conversationId: kept.conversationId, demo })).jobId);
});

test('a log that a crash left: all that was acknowledged is there after the start', async () => {
  const host = await startHost({ dataDir: folder.path });
  const asked = [];
  for (let n = 0; n < 5; n += 1) asked.push(await ask(host, `message ${n}`, { demo }));
  await host.kill9();
  await host.close();
  expect(existsSync(`${file}-wal`) && statSync(`${file}-wal`).size).toBeGreaterThan(0);

  await using next = await startHost({ dataDir: folder.path });
  for (const { jobId, conversationId } of asked) {
    await completed(next, jobId);
    expect(await transcript(next, conversationId)).toHaveLength(2);
  }
  await healthBecomes(next, 200, null);
});
