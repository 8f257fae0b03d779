/** Ranks that were given in a turn that failed leave nothing behind. */
import { expect, it } from 'vitest';
import { QueueLedger } from '../../src/engine/queue-ledger.ts';
import { Turn } from '../../src/engine/turn.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';

it('gives the next rank of a group from memory, and from the rows after a rollback', () => {
  using folder = dataFolder();
  const store = openFolder(folder.path);
  const ledger = new QueueLedger(store, () => undefined);
  ledger.load();
  store.begin();
  store.jobs.insert(blankRow({ id: jobIdOf(1), groupKey: 'group', lane: 'high', rank: ledger.rank('group', 'high') }));
  ledger.finishTurn(new Turn(0));
  store.commit();
  ledger.forgetTurn();

  store.begin();
  expect(ledger.rank('group', 'high')).toBe(2);
  expect(ledger.rank('group', 'high')).toBe(3);
  store.rollback();
  ledger.rolledBack();
  expect(ledger.rank('group', 'high')).toBe(2);
  store.close();
});

it('looks again when a job has left the line without a claim', () => {
  using folder = dataFolder();
  const store = openFolder(folder.path);
  const ledger = new QueueLedger(store, () => undefined);
  ledger.load();
  for (let n = 1; n <= 5; n += 1) expect(ledger.rank('group', 'low')).toBe(n);
  ledger.leftLine('group', 'low');
  expect(ledger.rank('group', 'low')).toBe(1);
  store.close();
});
