/** `npm run backup`: beside a host that writes, after a crash, and what it refuses. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inProject, node24 } from '../../scripts/setup/project.mjs';
import { ask, completed, transcript } from '../support/chat.ts';
import { dataFolder } from '../support/data-folder.ts';
import { startHost } from '../support/host.ts';

const entry = inProject('src', 'hosts', 'node', 'commands', 'backup.ts');
const execute = promisify(execFile);
const demo = { tokens: 20, tokenMs: 2 };

let folder: ReturnType<typeof dataFolder>;
let data: string;
let copy: string;
beforeEach(() => {
  folder = dataFolder();
  data = join(folder.path, 'data');
  copy = join(folder.path, 'copy.db');
});
afterEach(() => folder[Symbol.dispose]());

async function backup(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await execute(node24, [entry, ...args])) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

describe('a backup', () => {
  test('of a running host that writes is whole, and a host starts on it', async () => {
    await using host = await startHost({ dataDir: data });
    const kept = await ask(host, 'acknowledged before the backup', { demo });
    await completed(host, kept.jobId);
    let over = false;
    const writing = (async () => {
      while (!over) await ask(host, 'meanwhile', { demo });
    })();
    const made = await backup(copy, '--data', data);
    over = true;
    await writing;
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toMatch(/copy\.db: [\d,]+ bytes, [\d,]+ messages, [\d,]+ jobs\. Every page/u);

    const restored = join(folder.path, 'restored');
    mkdirSync(restored, { mode: 0o700 });
    cpSync(copy, join(restored, 'nightshift.db'));
    await using next = await startHost({ dataDir: restored });
    expect((await transcript(next, kept.conversationId)).map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  test('after a crash holds what was only in the log, and leaves the folder as it was', async () => {
    const host = await startHost({ dataDir: data });
    await ask(host, 'acknowledged', { demo: { tokens: 1_000, tokenMs: 100 } });
    await host.kill9();
    await host.close();
    const made = await backup(copy, '--data', data);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain(' 1 messages, 1 jobs');
    expect(existsSync(join(data, 'nightshift.db-wal'))).toBe(true);
  });

  test('refuses to overwrite, and to copy what is not there; nothing is left behind', async () => {
    const host = await startHost({ dataDir: data });
    await host.stop();
    await host.close();
    writeFileSync(copy, 'something of mine');
    expect(await backup(copy, '--data', data)).toMatchObject({
      code: 23,
      stderr: expect.stringContaining('is there already and is not overwritten') as string,
    });
    const missing = join(folder.path, 'missing');
    expect(await backup(join(folder.path, 'b.db'), '--data', missing)).toMatchObject({
      code: 22,
      stderr: expect.stringContaining('There is no database') as string,
    });
    expect(await backup(join(missing, 'b.db'), '--data', data)).toMatchObject({ code: 26 });
    expect(await backup()).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage:') as string });
    expect(readdirSync(folder.path).toSorted()).toEqual(['copy.db', 'data']);
  });
});
