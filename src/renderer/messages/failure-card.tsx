import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../protocol/job.ts';
import { showBidiControls } from './bidi-controls.ts';
import { failureWords } from './failure-words.ts';

interface FailureCardProps {
  readonly failure: Failure | null;
  /** The id of the one that was asked. */
  readonly provider: string;
  /** What helps. */
  readonly children: ReactNode;
}

/** Why there is no answer, in our words first, then the provider's own, and what can be done. */
export function FailureCard({ failure, provider, children }: FailureCardProps) {
  const { t } = useTranslation('messages');
  const isOurs = failure?.class === 'bug';
  const more = failure?.providerMessage !== undefined || (failure?.causes?.length ?? 0) > 0;
  return (
    <div
      role="group"
      aria-label={t('failure.name')}
      className="rounded-xl border border-alarm-line bg-alarm-tint px-4 py-3.5 text-sm"
    >
      <p className="flex items-center gap-2 font-semibold text-alarm">
        <TriangleAlert size={15} aria-hidden />
        {t(`failure.title.${failure?.class ?? 'retryable'}`)}
      </p>
      <p className="mt-1 wrap-anywhere text-ink">
        {failure === null ? t('failure.unknown') : showBidiControls(failureWords(t, failure, provider))}
      </p>
      {failure !== null && more && (
        <details className="mt-2 text-[0.8125rem] text-ink-soft">
          <summary className="w-fit cursor-pointer rounded">
            {isOurs ? t('failure.details') : t('failure.words')}
          </summary>
          <div translate="no" className="mt-2 space-y-2 font-mono text-xs wrap-anywhere whitespace-pre-wrap">
            {failure.status !== undefined && <p>HTTP {failure.status}</p>}
            {failure.providerMessage !== undefined && <p dir="auto">{showBidiControls(failure.providerMessage)}</p>}
            {failure.causes?.map((cause, index) => (
              // The chain is fixed once it is here; its order is its identity.
              <p key={index}>
                {t('failure.cause')}: {showBidiControls(cause)}
              </p>
            ))}
          </div>
        </details>
      )}
      <div className="mt-3 flex flex-wrap gap-2">{children}</div>
    </div>
  );
}
