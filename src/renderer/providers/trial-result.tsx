import { CircleAlert, CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../protocol/job.ts';
import type { ProviderTrial } from '../../protocol/provider-api.ts';
import { formatNumber } from '../i18n/format.ts';

/** How a test ended. */
export function TrialResult({ trial }: { readonly trial: Pick<ProviderTrial, 'failure' | 'models' | 'answer'> }) {
  const { t } = useTranslation('providers');
  const { failure, models, answer } = trial;
  if (failure !== null) return <WholeFailure failure={failure} />;
  return (
    <div role="status" className="rounded-xl border border-line-strong bg-tint px-3.5 py-3 text-sm">
      <p className="flex items-center gap-2 font-medium">
        <CircleCheck size={16} aria-hidden className="shrink-0 text-ok" />
        {answer === null ? t('trialWorks') : t('trialAnswered', { seconds: formatNumber(answer.tookMs / 1_000) })}
      </p>
      {answer !== null && (
        <p className="mt-1 text-ink-soft">
          <span translate="no" className="font-mono text-[0.8125rem]">
            {answer.model}
          </span>{' '}
          <q translate="no" dir="auto" className="wrap-anywhere">
            {answer.text.trim()}
          </q>
        </p>
      )}
      {models.length > 0 && <p className="mt-1 text-ink-soft">{t('trialModels', { count: models.length })}</p>}
    </div>
  );
}

/** Everything that is known about a failure: what it means, the status, the provider's words, the chain of causes. */
function WholeFailure({ failure }: { readonly failure: Failure }) {
  const { t } = useTranslation('providers');
  const { message, code, status, providerMessage, causes = [] } = failure;
  return (
    <div role="alert" className="rounded-xl border border-alarm-line bg-alarm-tint px-3.5 py-3 text-sm">
      <p className="flex gap-2 font-medium">
        <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-alarm" />
        <span translate="no" className="min-w-0 wrap-anywhere">
          {message}
        </span>
      </p>
      <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-[0.8125rem]">
        <dt className="text-ink-faint">{t('failureClass')}</dt>
        <dd>
          {t(`class.${failure.class}`)}{' '}
          <code translate="no" className="text-xs text-ink-faint">
            {code}
          </code>
        </dd>
        {status !== undefined && (
          <>
            <dt className="text-ink-faint">{t('httpStatus')}</dt>
            <dd className="tabular-nums">{status}</dd>
          </>
        )}
        {providerMessage !== undefined && (
          <>
            <dt className="text-ink-faint">{t('providerWords')}</dt>
            <dd translate="no" dir="auto" className="max-h-40 overflow-y-auto whitespace-pre-wrap wrap-anywhere">
              {providerMessage}
            </dd>
          </>
        )}
        {causes.length > 0 && (
          <>
            <dt className="text-ink-faint">{t('causes')}</dt>
            <dd translate="no">
              <ol className="space-y-0.5 font-mono text-xs">
                {causes.map((cause, index) => (
                  <li key={index} className="wrap-anywhere">
                    {cause}
                  </li>
                ))}
              </ol>
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}
