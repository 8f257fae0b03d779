/** The data folder over the API: sizes, backups that can be downloaded, restored and removed, and the check. */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, completed } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';

let dataDir: string;
let host: TestHost;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'nightshift-data-'));
  host = await startHost({ dataDir });
});
afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('it is described: place, sizes, free space, and that the start has found it sound', async () => {
  await expect
    .poll(async () => (await host.client.data.get.query()).integrity.state, { timeout: 20_000 })
    .toBe('sound');
  const view = await host.client.data.get.query();
  expect(view).toMatchObject({ folder: dataDir, backups: [], backingUp: false });
  expect(view.databaseBytes).toBe(statSync(join(dataDir, 'nightshift.db')).size);
  expect(view.freeBytes).toBeGreaterThan(0);
});

test('a check that is asked for reads it again', async () => {
  const before = (await host.client.data.get.query()).integrity.at ?? 0;
  const { integrity } = await host.client.data.check.mutate();
  expect(integrity).toMatchObject({ state: 'sound', problem: null });
  expect(integrity.at).toBeGreaterThanOrEqual(before);
});

test('a backup is made beside the work, downloaded, and a host starts on what was downloaded', async () => {
  const { conversationId, jobId } = await ask(host, 'to be backed up', { demo: { tokens: 3, tokenMs: 0 } });
  await completed(host, jobId);
  const [once, twice] = await Promise.all([host.client.data.backUp.mutate(), host.client.data.backUp.mutate()]);
  // Asked for twice at once, one is made.
  expect(twice.backups).toEqual(once.backups);
  expect(readdirSync(join(dataDir, 'backups'))).toEqual(once.backups.map(({ name }) => name));
  const [backup] = once.backups;
  if (backup === undefined) throw new Error('there is no backup');

  const response = await host.http(`/backups/${backup.name}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${backup.name}"`);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.length).toBe(backup.bytes);

  const elsewhere = mkdtempSync(join(tmpdir(), 'nightshift-restored-'));
  try {
    writeFileSync(join(elsewhere, 'nightshift.db'), bytes);
    await using restored = await startHost({ dataDir: elsewhere });
    const { messages } = await restored.client.messages.list.query({ conversationId });
    expect(messages.map(({ text }) => text)).toContain('to be backed up');
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test('a backup is for those with the token alone, and no other file can be had that way', async () => {
  const [backup] = (await host.client.data.get.query()).backups;
  expect((await fetch(`${host.url}/backups/${backup?.name}`)).status).toBe(401);
  for (const path of ['/backups/', '/backups/../secrets.json', '/backups/..%2fnightshift.db', '/backups/x.db']) {
    expect((await host.http(path)).status).toBe(404);
  }
  expect((await host.http(`/backups/${backup?.name}`, { method: 'DELETE' })).status).toBe(405);
});

test('a backup that is removed is gone, and is not removed twice', async () => {
  const [backup] = (await host.client.data.get.query()).backups;
  if (backup === undefined) throw new Error('there is no backup');
  expect((await host.client.data.removeBackup.mutate({ name: backup.name })).backups).toEqual([]);
  expect(readdirSync(join(dataDir, 'backups'))).toEqual([]);
  await expect(host.client.data.removeBackup.mutate({ name: backup.name })).rejects.toThrow(/any more/u);
});

test('a backup that cannot be written is refused in words, and leaves nothing behind', async () => {
  rmSync(join(dataDir, 'backups'), { recursive: true, force: true });
  // A file where the folder should be: root may write everywhere else.
  writeFileSync(join(dataDir, 'backups'), '');
  await expect(host.client.data.backUp.mutate()).rejects.toThrow(/^The backup was not made\. EEXIST/u);
  expect((await host.client.data.get.query()).backups).toEqual([]);
  rmSync(join(dataDir, 'backups'));
});
