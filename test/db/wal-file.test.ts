/** The WAL's file is made before it is needed, and never where there is one. */
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reserveWal } from '../../db/wal-file.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';

const megabytes = 1024 * 1024;

it('has 4 MiB when a folder is opened, new or not, and commits do not make it longer', () => {
  using folder = dataFolder();
  const wal = join(folder.path, 'nightshift.db-wal');
  for (const n of [1, 2]) {
    const store = openFolder(folder.path);
    expect(statSync(wal).size).toBe(4 * megabytes);
    store.begin();
    store.jobs.insert(blankRow({ id: jobIdOf(n) }));
    store.commit();
    expect(statSync(wal).size).toBe(4 * megabytes);
    expect(store.sqlite.prepare('SELECT count(*) FROM llm_jobs').pluck().get()).toBe(n);
    expect(store.sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
    store.close();
  }
});

it('is left as it is where a crash has left one', () => {
  using folder = dataFolder();
  const file = join(folder.path, 'some.db');
  const descriptor = openSync(`${file}-wal`, 'w');
  writeSync(descriptor, 'what a crash has left');
  closeSync(descriptor);
  reserveWal(file);
  expect(readFileSync(`${file}-wal`, 'utf8')).toBe('what a crash has left');
});

it('is not made where nothing can be written', () => {
  using folder = dataFolder();
  expect(() => reserveWal(join(folder.path, 'no such folder', 'some.db'))).not.toThrow();
});
