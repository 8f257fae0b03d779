/** A job that is not kept any more: it says so, and what is left of it. */
import { useTranslation } from 'react-i18next';
import type { JobId } from '../../protocol/ids.ts';
import type { JobRemains } from '../../protocol/job-details.ts';
import { formatDateTime, formatMoney, formatNumber } from '../i18n/format.ts';
import { hashOf } from '../shell/route.ts';

export function GoneJob({ id, remains }: { readonly id: JobId; readonly remains: JobRemains }) {
  const { t } = useTranslation('jobs');
  const { conversationId, messageId, answers } = remains;
  const isKnown = conversationId !== null || answers.length > 0;
  return (
    <div className="mx-auto max-w-xl py-16 text-center">
      <h2 className="text-lg font-semibold tracking-tight">{t('gone')}</h2>
      <p className="mt-1 text-sm text-ink-soft">{isKnown ? t('goneHint') : t('neverHint')}</p>
      <p translate="no" className="mt-2 font-mono text-xs wrap-anywhere text-ink-faint">
        {id}
      </p>
      {answers.length > 0 && (
        <div className="mt-5 rounded-xl border bg-raised p-4 text-left text-[0.8125rem]">
          <h3 className="font-semibold">{t('remains')}</h3>
          <ul className="mt-1 space-y-1 tabular-nums">
            {answers.map(({ attempt, at, model, provider, inputTokens, outputTokens, costMicros }) => (
              <li key={attempt}>
                {t('remainsLine', {
                  model,
                  provider,
                  input: formatNumber(inputTokens),
                  output: formatNumber(outputTokens),
                  when: formatDateTime(at),
                })}
                {costMicros !== null && `, ${formatMoney(costMicros)}`}
              </li>
            ))}
          </ul>
        </div>
      )}
      <p className="mt-5 flex justify-center gap-4 text-sm">
        {conversationId !== null && (
          <a
            className="text-lamp-text underline-offset-2 hover:underline"
            href={hashOf(
              messageId === null
                ? { page: 'conversation', id: conversationId }
                : { page: 'conversation', id: conversationId, messageId },
            )}
          >
            {t('toMessage')}
          </a>
        )}
        <a className="text-lamp-text underline-offset-2 hover:underline" href={hashOf({ page: 'queue' })}>
          {t('backToQueue')}
        </a>
      </p>
    </div>
  );
}
