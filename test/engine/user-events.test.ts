import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowToSnapshot } from '../../db/jobs/job-row.ts';
import { acceptedEvents, acceptedIn } from '../../src/engine/user-events.ts';
import { jobStates } from '../../src/protocol/job.ts';
import { anyContext } from '../support/job-arbitraries.ts';
import { blankRow } from '../support/job-rows.ts';

it('the state alone decides what a user may do, whatever else is known of a job', () => {
  fc.assert(
    fc.property(fc.constantFrom(...jobStates), anyContext, (state, context) => {
      const phase = state === 'active' ? 'streaming' : null;
      const snapshot = rowToSnapshot({ ...blankRow(), ...context, state, phase });
      expect(acceptedIn(state).can).toEqual(acceptedEvents(snapshot));
      const moves = snapshot.can({ type: 'SET_LANE', at: 0, lane: 'high', rank: 0 });
      expect(acceptedIn(state).canChangeLane).toBe(moves);
    }),
  );
});
