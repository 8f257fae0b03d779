import { createActor, SimulatedClock } from 'xstate';
import { describe, expect, it } from 'vitest';
import { dispatcherMachine } from '../../machines/dispatcher.machine.ts';
import { transitionCoverage } from '../support/transition-coverage.ts';

const coverage = transitionCoverage(dispatcherMachine);

function start() {
  const clock = new SimulatedClock();
  const turns = { asked: 0 };
  const machine = dispatcherMachine.provide({ actions: { requestTurn: () => void (turns.asked += 1) } });
  const actor = createActor(machine, { input: {}, clock, inspect: coverage.inspect }).start();
  return { clock, turns, actor, context: () => actor.getSnapshot().context };
}

describe('dispatcher machine', () => {
  it('asks for a turn at once when the bell rings, and once for all bells until the turn has offered', () => {
    const { actor, turns } = start();
    for (let i = 0; i < 5; i++) actor.send({ type: 'BELL' });
    expect(turns.asked).toBe(1);
    actor.send({ type: 'OFFERED', claimed: 3 });
    expect(actor.getSnapshot().matches({ running: 'resting' })).toBe(true);
    actor.send({ type: 'BELL' });
    expect(turns.asked).toBe(2);
  });

  it('asks every 100 ms without any bell, and again when a turn never answers', () => {
    const { actor, clock, turns } = start();
    clock.increment(99);
    expect(turns.asked).toBe(0);
    clock.increment(1);
    expect(turns.asked).toBe(1);
    clock.increment(100);
    expect(turns.asked).toBe(2);
    actor.send({ type: 'OFFERED', claimed: 0 });
    clock.increment(100);
    expect(turns.asked).toBe(3);
  });

  it('counts claims, of turns that it did not ask for too', () => {
    const { actor, context } = start();
    actor.send({ type: 'OFFERED', claimed: 64 });
    actor.send({ type: 'BELL' });
    actor.send({ type: 'OFFERED', claimed: 2 });
    expect(context().claimNumber).toBe(66);
  });

  it('does not pass over a missing way to ask', () => {
    const actor = createActor(dispatcherMachine, { input: {}, clock: new SimulatedClock() });
    let said: unknown;
    actor.subscribe({ error: (error) => (said = error) });
    actor.start();
    actor.send({ type: 'BELL' });
    expect(String(said)).toContain('requestTurn');
  });

  it('asks for nothing while the machine sleeps, and at once when it is awake', () => {
    const { actor, clock, turns, context } = start();
    actor.send({ type: 'SUSPEND' });
    actor.send({ type: 'BELL' });
    actor.send({ type: 'OFFERED', claimed: 2 });
    clock.increment(1_000);
    expect(turns.asked).toBe(0);
    expect(context().claimNumber).toBe(2);
    actor.send({ type: 'RESUME' });
    expect(turns.asked).toBe(1);
  });

  it('goes on after a minute awake, when the machine did not go to sleep after all', () => {
    const { actor, clock, turns } = start();
    actor.send({ type: 'SUSPEND' });
    clock.increment(59_999);
    expect(turns.asked).toBe(0);
    clock.increment(1);
    expect(turns.asked).toBe(1);
  });

  it('can be stopped while it sleeps', () => {
    const { actor } = start();
    actor.send({ type: 'SUSPEND' });
    actor.send({ type: 'STOP' });
    expect(actor.getSnapshot().status).toBe('done');
  });

  it('asks for nothing after it was stopped', () => {
    const { actor, clock, turns } = start();
    actor.send({ type: 'STOP' });
    clock.increment(1_000);
    expect(actor.getSnapshot().status).toBe('done');
    expect(turns.asked).toBe(0);
  });

  it('has all its transitions taken by these tests', () => {
    expect(coverage.missed()).toEqual([]);
  });
});
