/** What a goal took so far, in words. Pure: how long it has been under way, and the translation, are parameters. */
import type { TFunction } from 'i18next';
import type { GoalView } from '../../protocol/goal-views.ts';
import { formatDuration, formatWholeSeconds } from '../i18n/duration.ts';
import { formatCompact, formatMoney, formatNumber } from '../i18n/format.ts';
import { isGoalRunning } from './goal-words.ts';

export interface BurnWordsInput {
  readonly goal: Pick<GoalView, 'state' | 'burn' | 'leftMs' | 'options'>;
  readonly elapsedMs: number;
  /** What has a cap has a bar of its own beside it. */
  readonly withoutCaps: boolean;
}

/** In minutes from one minute on: it is an estimate. */
function roughly(ms: number): string {
  return formatDuration(ms < 60_000 ? Math.max(1_000, Math.ceil(ms / 5_000) * 5_000) : Math.ceil(ms / 60_000) * 60_000);
}

/**
 * Tokens, money, time, and about how much is left: each as it is without a cap, and with one. Time and money that are nothing
 * yet are not named; against a cap they are told as nothing.
 */
export function burnWords(
  t: TFunction<'goals'>,
  { goal: { state, burn, leftMs, options }, elapsedMs, withoutCaps }: BurnWordsInput,
): string[] {
  const { budget } = options;
  const tokens = formatCompact(burn.tokens);
  const money = formatMoney(burn.costMicros);
  const time = formatWholeSeconds(elapsedMs);
  return [
    budget.tokens === null
      ? t('burn.tokens', { used: tokens })
      : !withoutCaps && t('burn.tokensOf', { used: tokens, cap: formatCompact(budget.tokens) }),
    budget.costMicros === null
      ? burn.costMicros > 0 && money
      : !withoutCaps && t('burn.of', { used: money, cap: formatMoney(budget.costMicros) }),
    budget.timeMs === null
      ? elapsedMs >= 1_000 && time
      : !withoutCaps && t('burn.of', { used: time, cap: formatDuration(budget.timeMs) }),
    budget.tasks !== null &&
      !withoutCaps &&
      t('burn.tasksOf', { used: formatNumber(burn.tasks), cap: formatNumber(budget.tasks) }),
    leftMs !== null && isGoalRunning(state) && t('burn.left', { span: roughly(leftMs) }),
  ].filter((part) => part !== false);
}
