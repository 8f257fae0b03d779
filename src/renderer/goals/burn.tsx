/** What a goal took so far, against its caps. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalView } from '../../protocol/goal-views.ts';
import { cn } from '../components/ui/cn.ts';
import { formatWholeSeconds } from '../i18n/duration.ts';
import { formatCompact, formatMoney, formatNumber, formatPercent } from '../i18n/format.ts';
import { useNow } from '../remote/use-now.ts';
import { burnWords } from './burn-words.ts';
import { isGoalRunning } from './goal-words.ts';
import { useOnline } from './use-goal.ts';

/** Its time so far, in milliseconds: what the service said last, and what went by since while it is under way. */
function useElapsed({ state, burn, version }: GoalView): number {
  const online = useOnline();
  // It stands still while all that is left waits for the user: no call is under way then, nor in line.
  const running = online && isGoalRunning(state) && burn.inFlightTokens > 0;
  const now = useNow(running);
  const [seen, setSeen] = useState({ version, timeMs: burn.timeMs, at: now });
  if (seen.version !== version || seen.timeMs !== burn.timeMs) {
    setSeen({ version, timeMs: burn.timeMs, at: now });
    return burn.timeMs;
  }
  return running ? burn.timeMs + Math.max(0, now - seen.at) : burn.timeMs;
}

interface BurnLineProps {
  readonly goal: GoalView;
  /** What has a cap has a bar of its own beside it. */
  readonly withoutCaps?: boolean;
  readonly className?: string;
}

/** One line: tokens, money, time, and about how much is left. */
export function BurnLine({ goal, withoutCaps = false, className }: BurnLineProps) {
  const { t } = useTranslation('goals');
  const elapsedMs = useElapsed(goal);
  return (
    <span className={cn('tabular-nums', className)}>{burnWords(t, { goal, elapsedMs, withoutCaps }).join(' · ')}</span>
  );
}

/** A bar for each cap that there is. */
export function CapBars({ goal }: { readonly goal: GoalView }) {
  const { t } = useTranslation('goals');
  const elapsed = useElapsed(goal);
  const { burn } = goal;
  const { budget } = goal.options;
  const caps = [
    { key: 'tokens', name: t('burn.capTokens'), used: burn.tokens, cap: budget.tokens, show: formatCompact },
    { key: 'money', name: t('burn.capMoney'), used: burn.costMicros, cap: budget.costMicros, show: formatMoney },
    { key: 'time', name: t('burn.capTime'), used: elapsed, cap: budget.timeMs, show: formatWholeSeconds },
    { key: 'tasks', name: t('burn.capTasks'), used: burn.tasks, cap: budget.tasks, show: formatNumber },
  ].flatMap(({ cap, ...rest }) => (cap === null ? [] : [{ ...rest, cap, share: rest.used / cap }]));
  if (caps.length === 0) return null;
  return (
    <ul className="grid gap-x-5 gap-y-2 text-[0.8125rem] sm:grid-cols-2">
      {caps.map(({ key, name, used, cap, share, show }) => (
        <li key={key} className="min-w-0">
          <p className="flex justify-between gap-2">
            <span className="text-ink-soft">{name}</span>
            <span className="tabular-nums">{t('burn.of', { used: show(used), cap: show(cap) })}</span>
          </p>
          <div
            role="meter"
            aria-label={t('burn.ofCap', { name, share: formatPercent(share) })}
            aria-valuemin={0}
            aria-valuemax={cap}
            aria-valuenow={Math.min(used, cap)}
            className="mt-1 h-1 overflow-hidden rounded-full bg-tint-strong"
          >
            <div
              className={cn('h-full rounded-full', share >= 1 ? 'bg-alarm' : 'bg-ink-faint')}
              style={{ width: `${Math.min(100, share * 100)}%` }}
            />
          </div>
        </li>
      ))}
    </ul>
  );
}
