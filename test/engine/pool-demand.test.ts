import { expect, it } from 'vitest';
import { startEngine } from '../support/engine.ts';

it('a job that finds no free slot has another worker started in the turn that enqueues it', async () => {
  await using night = await startEngine({ settings: { poolMin: 1, poolMax: 2, slotsPerWorker: 1 } });
  await night.enqueue();
  await night.workers.nextRun();
  night.clock.advance(50);
  await night.enqueue();
  // No time passes: neither the dispatcher's tick nor the supervisor's has come.
  expect(night.workers.all.length).toBe(2);
});
