/** Each attempt: where it ran, for how long, how it ended, and the whole failure where it failed. */
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../protocol/job.ts';
import type { AttemptView } from '../../protocol/job-details.ts';
import { cn } from '../components/ui/cn.ts';
import { formatDuration } from '../i18n/duration.ts';
import { formatDateTime } from '../i18n/format.ts';
import { showBidiControls } from '../messages/bidi-controls.ts';
import { failureWords } from '../messages/failure-words.ts';
import { useNow } from '../remote/use-now.ts';
import { numberOf } from '../workers/worker-number.ts';
import { Quiet, Section } from './section.tsx';

interface AttemptsProps {
  /** Newest first. */
  readonly attempts: readonly AttemptView[];
  /** As the job keeps them, longer than its events. */
  readonly failures: readonly string[];
  readonly provider: string;
}

export function Attempts({ attempts, failures, provider }: AttemptsProps) {
  const { t } = useTranslation('jobs');
  return (
    <Section title={t('attemptsTitle')}>
      {attempts.length === 0 && failures.length === 0 && <Quiet>{t('noAttempts')}</Quiet>}
      <ol tabIndex={0} aria-label={t('attemptsTitle')} className="max-h-[32rem] space-y-4 overflow-y-auto">
        {attempts.map((attempt) => (
          <li key={attempt.attempt}>
            <Attempt attempt={attempt} provider={provider} />
          </li>
        ))}
      </ol>
      {attempts.length === 0 && failures.length > 0 && (
        <>
          <p className="text-xs text-ink-faint">{t('oldFailures')}</p>
          <ol translate="no" className="mt-1 space-y-1 font-mono text-xs wrap-anywhere">
            {failures.map((line, index) => (
              <li key={index}>{line}</li>
            ))}
          </ol>
        </>
      )}
    </Section>
  );
}

const usesNone: ReadonlySet<AttemptView['outcome']> = new Set(['paused', 'lost']);

function Attempt({ attempt, provider }: { readonly attempt: AttemptView; readonly provider: string }) {
  const { t } = useTranslation('jobs');
  const { outcome, failure, lost, next } = attempt;
  const bad = outcome === 'failed';
  const goesOn = outcome === 'failed' || outcome === 'paused' || outcome === 'lost';
  return (
    <div className={cn('border-l-2 pl-3 text-[0.8125rem]', bad ? 'border-alarm' : 'border-line-strong')}>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-semibold">{t('attempt', { number: attempt.attempt })}</span>
        <span className={bad ? 'text-alarm' : 'text-ink-soft'}>{t(`outcome.${outcome}`)}</span>
        {goesOn && (next === 'delayed' || next === 'waiting') && (
          <span className="text-ink-faint">{t(`outcomeNext.${next}`)}</span>
        )}
      </p>
      <Times attempt={attempt} />
      {lost !== null && <p className="mt-1">{t(`lost.${lost}`)}</p>}
      {usesNone.has(outcome) && <p className="text-xs text-ink-faint">{t('usesNoAttempt')}</p>}
      {failure !== null && <FailureText failure={failure} provider={provider} />}
    </div>
  );
}

function Times({ attempt }: { readonly attempt: AttemptView }) {
  const { t } = useTranslation('jobs');
  const { startedAt, endedAt, waitMs, firstContentMs, workerId } = attempt;
  const now = useNow(endedAt === null);
  const parts = [
    formatDateTime(startedAt),
    t('onWorker', { number: numberOf(workerId) }),
    ...(waitMs === null ? [] : [t('attemptTimes', { wait: formatDuration(waitMs) })]),
    ...(firstContentMs === null ? [] : [t('attemptFirst', { span: formatDuration(firstContentMs) })]),
    t('attemptRan', { span: formatDuration((endedAt ?? now) - startedAt) }),
  ];
  return <p className="text-xs text-ink-soft tabular-nums">{parts.join(' · ')}</p>;
}

/** In our words, then class and code as the service has them, then the provider's own words and the chain of causes. */
function FailureText({ failure, provider }: { readonly failure: Failure; readonly provider: string }) {
  const { t } = useTranslation('jobs');
  const { t: messages } = useTranslation('messages');
  const { status, providerMessage, causes = [] } = failure;
  return (
    <div className="mt-1 space-y-1">
      <p className="wrap-anywhere">{showBidiControls(failureWords(messages, failure, provider))}</p>
      <p translate="no" className="font-mono text-xs text-ink-soft">
        {[failure.class, failure.code, ...(status === undefined ? [] : [`HTTP ${status}`])].join(' · ')}
      </p>
      {(providerMessage !== undefined || causes.length > 0) && (
        <details open className="text-xs text-ink-soft">
          <summary className="w-fit cursor-pointer rounded">{t('ownWords')}</summary>
          <div className="mt-1 space-y-1 font-mono wrap-anywhere whitespace-pre-wrap">
            {providerMessage !== undefined && (
              <p dir="auto" translate="no">
                {showBidiControls(providerMessage)}
              </p>
            )}
            {causes.map((cause, index) => (
              // The chain is fixed once it is here; its order is its identity.
              <p key={index}>
                {t('causedBy')} <span translate="no">{showBidiControls(cause)}</span>
              </p>
            ))}
          </div>
        </details>
      )}
    </div>
  );
}
