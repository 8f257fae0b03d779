/** The pool's log: what is decided again and again is said once. */
import { expect, test } from 'vitest';
import { WorkerHistory } from '../../src/engine/worker-history.ts';
import { ManualClock } from '../support/manual-clock.ts';

test('a decision that waits to be carried out is noted once, and again after something else has happened', () => {
  const history = new WorkerHistory(new ManualClock());
  const shrink = { type: 'resized', from: 2, to: 1, reason: 'steady', backlog: 0 } as const;
  const types = () => history.view([]).notes.map(({ type }) => type);
  history.noteEmitted(shrink);
  history.noteEmitted({ ...shrink, backlog: 3 });
  expect(types()).toEqual(['resized']);
  history.noteEmitted({ type: 'stopped', workerId: 'worker:2' });
  history.noteEmitted(shrink);
  expect(types()).toEqual(['resized', 'stopped', 'resized']);
});
