import { useTranslation } from 'react-i18next';
import type { AgentView } from '../../protocol/agents.ts';
import { formatMoney, formatNumber, formatPercent, formatTime } from '../i18n/format.ts';
import { Setting, SettingGroup } from '../settings/setting.tsx';
import type { AgentChanges, AgentFields } from './agent-drafts.ts';
import { NumberField } from './number-field.tsx';

const microsPerDollar = 1_000_000;

interface LimitSettingsProps {
  readonly values: AgentFields;
  /** Null: the agent is not saved yet. */
  readonly today: AgentView['today'] | null;
  readonly onChange: (changes: AgentChanges) => void;
}

/** What the agent may use in a day, and what it has used today. */
export function LimitSettings({ values, today, onChange }: LimitSettingsProps) {
  const { t } = useTranslation('agents');
  const { tokensPerDay, spendPerDay } = values;
  return (
    <>
      {today !== null && today.reached !== null && (
        <p role="status" className="mb-3 rounded-xl border bg-lamp-tint px-4 py-3 text-sm">
          {t(today.reached === 'tokens' ? 'reachedTokens' : 'reachedSpend', { time: formatTime(today.until) })}
        </p>
      )}
      <SettingGroup title={t('limits')}>
        <Setting field label={t('tokensPerDay')} hint={t('tokensPerDayHint')}>
          {({ fieldId, hintId }) => (
            <NumberField
              id={fieldId}
              aria-describedby={hintId}
              placeholder={t('noLimit')}
              whole
              min={1}
              max={1_000_000_000_000}
              unit={t('tokens')}
              value={tokensPerDay}
              onChange={(tokens) => onChange({ tokensPerDay: tokens })}
            />
          )}
        </Setting>
        <Setting field label={t('spendPerDay')} hint={t('spendPerDayHint')}>
          {({ fieldId, hintId }) => (
            <NumberField
              id={fieldId}
              aria-describedby={hintId}
              placeholder={t('noLimit')}
              min={0.000_001}
              max={1_000_000}
              unit={t('dollars')}
              value={spendPerDay === null ? null : spendPerDay / microsPerDollar}
              onChange={(dollars) =>
                onChange({ spendPerDay: dollars === null ? null : Math.round(dollars * microsPerDollar) })
              }
            />
          )}
        </Setting>
        {today !== null && (
          <Setting label={t('today')} hint={t('todayHint', { time: formatTime(today.until) })}>
            {() => (
              <ul className="space-y-1 text-right text-[0.8125rem] tabular-nums">
                <li>
                  {t('tokensUsed', { count: today.tokens, tokens: formatNumber(today.tokens) })}
                  <Share used={today.tokens} limit={tokensPerDay} />
                </li>
                <li>
                  {formatMoney(today.costMicros)}
                  <Share used={today.costMicros} limit={spendPerDay} />
                </li>
              </ul>
            )}
          </Setting>
        )}
      </SettingGroup>
    </>
  );
}

function Share({ used, limit }: { readonly used: number; readonly limit: number | null }) {
  const { t } = useTranslation('agents');
  if (limit === null) return null;
  return <span className="ml-2 text-ink-faint">{t('ofLimit', { share: formatPercent(used / limit) })}</span>;
}
