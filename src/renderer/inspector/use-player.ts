/** The player of one actor's steps, fed with them as they arrive. */
import { useActorRef, useSelector } from '@xstate/react';
import { useEffect, useRef } from 'react';
import type { ActorRefFrom } from 'xstate';
import type { ActorSteps, Step } from './actor-steps.ts';
import { playerMachine } from './player.machine.ts';

export interface Player {
  readonly ref: ActorRefFrom<typeof playerMachine>;
  /** The step that is shown; undefined until there is one. */
  readonly step: Step | undefined;
  /** Its place among the steps that are kept. */
  readonly place: number;
  readonly state: 'empty' | 'playing' | 'following' | 'paused';
}

export function usePlayer({ steps, dropped, run }: ActorSteps): Player {
  const ref = useActorRef(playerMachine);
  const lastRun = useRef(run);
  const count = dropped + steps.length;
  useEffect(() => {
    if (count === 0) return;
    const isFirst = ref.getSnapshot().matches('empty');
    if (!isFirst && run !== lastRun.current) ref.send({ type: 'RESTART', count });
    else ref.send({ type: 'STEPS', count });
    lastRun.current = run;
    // Who wants no motion is shown the present, and can go through the steps one by one.
    if (isFirst && matchMedia('(prefers-reduced-motion: reduce)').matches) ref.send({ type: 'FOLLOW' });
  }, [ref, count, run]);
  const state = useSelector(ref, ({ value }) => value);
  const index = useSelector(ref, ({ context }) => context.index);
  const place = Math.min(Math.max(0, index - dropped), Math.max(0, steps.length - 1));
  return { ref, step: steps[place], place, state };
}
