/** The page's line to the service: when it may try, and what it says while it cannot. */
import { describe, expect, test } from 'vitest';
import { createActor, fromPromise, SimulatedClock, waitFor } from 'xstate';
import { connectionMachine, reconnectDelayMs } from '../../src/renderer/connection/connection.machine.ts';
import type { Reachability } from '../../src/renderer/connection/transport.ts';

/** A machine whose probes find what the test says, on a clock that only the test moves. */
function setUp(found: () => Reachability | Error) {
  const clock = new SimulatedClock();
  const gate: string[] = [];
  const actor = createActor(
    connectionMachine.provide({
      actors: {
        probe: fromPromise(() => {
          const result = found();
          return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
        }),
      },
      actions: { openGate: () => gate.push('open'), closeGate: () => gate.push('close') },
    }),
    { clock, input: { now: () => clock.now() } },
  ).start();
  const reached = (state: 'lost' | 'refused') => waitFor(actor, (snapshot) => snapshot.matches(state));
  return { actor, clock, gate, reached };
}

describe('the connection', () => {
  test('may connect at once, and is online when the socket opens', () => {
    const { actor, gate } = setUp(() => 'reachable');
    expect(actor.getSnapshot().value).toBe('connecting');
    expect(gate).toEqual(['open']);
    actor.send({ type: 'OPENED' });
    expect(actor.getSnapshot().value).toBe('online');
    expect(gate).toEqual(['open', 'close']);
  });

  test('waits longer after each failed attempt, and lets nothing through meanwhile', async () => {
    const { actor, clock, gate, reached } = setUp(() => 'unreachable');
    actor.send({ type: 'OPENED' });
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      actor.send({ type: 'LOST' });
      await reached('lost');
      expect(gate.at(-1)).toBe('close');
      expect(actor.getSnapshot().context).toMatchObject({
        attempt,
        hasBeenOnline: true,
        retryAt: clock.now() + reconnectDelayMs(attempt),
      });
      clock.increment(reconnectDelayMs(attempt) - 1);
      expect(actor.getSnapshot().value).toBe('lost');
      clock.increment(1);
      expect(actor.getSnapshot().value).toBe('connecting');
      expect(gate.at(-1)).toBe('open');
    }
    actor.send({ type: 'OPENED' });
    expect(actor.getSnapshot().context).toMatchObject({ attempt: 0, retryAt: null });
  });

  test('tries at once when it is asked to', async () => {
    const { actor, reached } = setUp(() => 'unreachable');
    actor.send({ type: 'LOST' });
    await reached('lost');
    actor.send({ type: 'RETRY_NOW' });
    expect(actor.getSnapshot().value).toBe('connecting');
    expect(actor.getSnapshot().context.retryAt).toBeNull();
  });

  test('does not go on trying when the service refuses, until somebody says that this has changed', async () => {
    const { actor, clock, reached } = setUp(() => 'refused');
    actor.send({ type: 'LOST' });
    await reached('refused');
    clock.increment(3_600_000);
    expect(actor.getSnapshot().value).toBe('refused');
    actor.send({ type: 'RETRY_NOW' });
    expect(actor.getSnapshot().value).toBe('connecting');
  });

  test('treats a probe that fails like a service that does not answer', async () => {
    const { actor, reached } = setUp(() => new Error('the probe broke'));
    actor.send({ type: 'LOST' });
    await reached('lost');
    expect(actor.getSnapshot().value).toBe('lost');
  });

  test('does not count one loss twice when the socket reports both an error and its end', async () => {
    const { actor, reached } = setUp(() => 'reachable');
    actor.send({ type: 'LOST' });
    actor.send({ type: 'LOST' });
    await reached('lost');
    actor.send({ type: 'LOST' });
    expect(actor.getSnapshot().context.attempt).toBe(1);
  });

  test('the wait never exceeds ten seconds', () => {
    expect(reconnectDelayMs(1)).toBe(100);
    expect(reconnectDelayMs(2)).toBe(500);
    expect(reconnectDelayMs(50)).toBe(10_000);
  });
});
