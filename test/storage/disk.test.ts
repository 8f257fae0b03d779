/** A disk that takes no writes, under the real host: nobody is told that something is stored when it is not. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { ConversationId } from '../../src/protocol/ids.ts';
import { ask, answers, completed, transcript } from '../support/chat.ts';
import { startEngine } from '../support/engine.ts';
import { healthBecomes } from '../support/health.ts';
import { runHost, startHost, type TestHost } from '../support/host.ts';
import { fileDisk, memoryDisk } from '../support/small-disk.ts';

const big = 'x'.repeat(100_000);
const demo = { tokens: 40, tokenMs: 50 };

describe('a full disk', () => {
  test('refuses what cannot be stored, says so, and goes on by itself when there is room', async () => {
    const disk = memoryDisk(8 * 1024 * 1024);
    if ('refused' in disk) {
      console.warn(`No disk of its own for this test (${disk.refused.trim()}): the database's own limit stands in.`);
      await fullByItsOwnLimit();
      return;
    }
    using _ = disk;
    await using host = await startHost({ dataDir: join(disk.path, 'data') });
    const kept = await ask(host, 'before', { demo });
    await completed(host, kept.jobId);
    const running = await ask(host, 'under way', { demo });
    const ballast = join(disk.path, 'ballast');
    fill(ballast);

    const stored = await refusal(host, running.conversationId);
    const { conversationId } = running;
    const failing = await healthBecomes(host, 503, /takes no writes: the disk is full\. Free some space/u);
    expect(failing.reason).not.toContain(disk.path);
    // The answer under way ends meanwhile; its end waits, and nothing claims that it is stored.
    await sleep(demo.tokens * demo.tokenMs);
    await healthBecomes(host, 503, /disk is full/u);
    expect(await answers(host, running.conversationId)).toEqual([]);

    rmSync(ballast);
    await healthBecomes(host, 200, null);
    const done = await completed(host, running.jobId);
    expect(done.attemptsStarted).toBe(1);
    await completed(host, (await ask(host, big, { conversationId, demo })).jobId);
    expect(await transcript(host, kept.conversationId)).toHaveLength(2);
    expect(await transcript(host, conversationId)).toHaveLength(2 * (stored + 2));
    await host.stop();
    expectSound(join(host.dataDir, 'nightshift.db'));
  });

  test('a start on it is refused with the reason, and the folder is as it was', async () => {
    const disk = memoryDisk(2 * 1024 * 1024);
    if ('refused' in disk) {
      console.warn(`No disk of its own for this test (${disk.refused.trim()}): a start on a full disk was not tried.`);
      return;
    }
    using _ = disk;
    fill(join(disk.path, 'ballast'));
    const run = runHost({ args: ['--port', '0', '--data', join(disk.path, 'data'), '--log', 'json'] });
    const exit = await run.exited;
    expect({ ...exit, stderr: run.stderr() }).toMatchObject({
      code: 26,
      stderr: expect.stringMatching(/the disk is full\. Free some space/u) as string,
    });
    await run.end();
  });
});

describe('a read-only disk', () => {
  test('that became so while the host runs: refused, said, and what was acknowledged is there afterwards', async () => {
    const disk = fileDisk(24 * 1024 * 1024);
    if ('refused' in disk) {
      console.warn(`No disk of its own for this test (${disk.refused.trim()}): SQLite's own refusal stands in.`);
      await readOnlyByItsOwnRefusal();
      return;
    }
    using _ = disk;
    const dataDir = join(disk.path, 'data');
    const host = await startHost({ dataDir });
    const kept = await ask(host, 'acknowledged', { demo });
    await completed(host, kept.jobId);
    disk.fail();
    await expect(ask(host, 'refused', { conversationId: kept.conversationId })).rejects.toThrow(
      /takes no writes now: .*Nothing was stored/u,
    );
    await healthBecomes(host, 503, /takes no writes: the disk/u);
    expect(await transcript(host, kept.conversationId)).toHaveLength(2);
    await host.close();

    const run = runHost({ args: ['--port', '0', '--data', dataDir, '--log', 'json'] });
    const exit = await run.exited;
    expect({ ...exit, stderr: run.stderr() }).toMatchObject({
      code: 23,
      stderr: expect.stringMatching(/cannot be used: the disk or the file is read-only/u) as string,
    });
    await run.end();
  });

  test('that can be written again: goes on by itself', readOnlyByItsOwnRefusal);
});

async function readOnlyByItsOwnRefusal(): Promise<void> {
  await using night = await startEngine();
  night.store.sqlite.pragma('query_only = ON');
  await expect(night.enqueue()).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/takes no writes now: .*read-only.*Nothing was stored/u) as string,
  });
  // A turn that writes nothing is no sign that writes go again.
  for (let seconds = 0; seconds < 20; seconds += 1) {
    night.clock.advance(1_000);
    await expect(night.enqueue()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(night.engine.health().status).toBe('failing');
  }
  night.store.sqlite.pragma('query_only = OFF');
  night.clock.advance(5_000);
  await night.until(() => night.engine.health().status === 'ok');
  await night.enqueue();
}

async function fullByItsOwnLimit(): Promise<void> {
  await using night = await startEngine();
  const { sqlite } = night.store;
  const pages = Number(sqlite.pragma('page_count', { simple: true }));
  sqlite.pragma(`max_page_count = ${pages}`);
  await expect(night.enqueue({ messages: [{ role: 'user', content: big }] })).rejects.toMatchObject({
    message: expect.stringMatching(/the disk is full\. Nothing was stored/u) as string,
  });
  expect(night.engine.health()).toMatchObject({ status: 'failing' });
  sqlite.pragma(`max_page_count = ${pages + 10_000}`);
  night.clock.advance(10_000);
  await night.until(() => night.engine.health().status === 'ok');
  await night.enqueue({ messages: [{ role: 'user', content: big }] });
}

/** Writes into a file until the disk has no room for more. */
function fill(path: string): void {
  for (const bytes of [1024 * 1024, 4096]) {
    for (;;) {
      try {
        writeFileSync(path, Buffer.alloc(bytes), { flag: 'a' });
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') break;
        throw error;
      }
    }
  }
}

/**
 * Big messages, until one does not fit any more: the log has room of its own (db/wal-file.ts). Resolves with how many were
 * acknowledged; exactly those are in the conversation.
 */
async function refusal(host: TestHost, conversationId: ConversationId): Promise<number> {
  let stored = 0;
  const askBig = async (): Promise<string> => {
    await ask(host, big, { conversationId, demo: { tokens: 1, tokenMs: 1 } });
    stored += 1;
    return 'stored';
  };
  await expect
    .poll(() => askBig().catch(String), { interval: 1 })
    .toMatch(/takes no writes now: the disk is full\. Nothing was stored/u);
  const texts = (await transcript(host, conversationId)).map(({ text }) => text);
  expect(texts.filter((text) => text === big)).toHaveLength(stored);
  return stored;
}

function expectSound(file: string): void {
  const database = new Database(file, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
}
