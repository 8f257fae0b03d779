import { useSelector } from '@xstate/react';
import { useServices } from '../services.tsx';

/** How many goals wait for the user. */
export function useWaitingGoals(): number {
  return useSelector(
    useServices().goals.state,
    ({ goals }) => goals.filter(({ waitsForUser }) => waitsForUser > 0).length,
  );
}

/** On the goals' place in the navigation, whose name says it too. */
export function GoalBadge({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <span
      aria-hidden
      className="absolute top-0.5 right-0.5 min-w-4 rounded-full bg-lamp px-1 text-center text-[0.625rem] leading-4 font-semibold text-on-lamp tabular-nums"
    >
      {count > 9 ? '9+' : count}
    </span>
  );
}
