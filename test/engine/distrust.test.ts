/** A database that was found damaged is not written to any more, not even by a stop. */
import { expect, it } from 'vitest';
import { StorageFault } from '../../db/storage-fault.ts';
import { openQueue } from '../support/job-queue.ts';

it('no turn runs after a check has found damage', async () => {
  using test = await openQueue();
  const id = await test.enqueue();
  const before = test.row(id);
  test.turns.distrust(new StorageFault('damaged', 'a check found: a bad page'));
  const refused = {
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/its file is damaged .*put a backup/u) as string,
  };
  await expect(test.turn((turn) => test.queue.cancel(turn, id))).rejects.toMatchObject(refused);
  test.turns.post(
    'event',
    (turn) => test.queue.cancel(turn, id),
    () => undefined,
  );
  test.clock.advance(60_000);
  await expect(test.turn(() => 1)).rejects.toMatchObject(refused);
  test.turns.close();
  expect(test.row(id)).toEqual(before);
});
