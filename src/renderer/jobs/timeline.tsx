/** Every step of the job: when, from where to where, in which attempt, with what. */
import { useTranslation } from 'react-i18next';
import type { JobEventView, JobView } from '../../protocol/views.ts';
import { formatDuration } from '../i18n/duration.ts';
import type { jobs as english } from '../i18n/en/jobs.ts';
import { formatDateTime } from '../i18n/format.ts';
import { StateBadge } from './state-badge.tsx';
import { Quiet, Section } from './section.tsx';
import { useJobEvents } from './use-job-details.ts';
import { detailText } from './event-detail.ts';

/** Every event of the machine has words. */
type KnownEvent = keyof (typeof english)['event'];

export function Timeline({ job }: { readonly job: JobView }) {
  const { t } = useTranslation('jobs');
  const { t: common } = useTranslation('common');
  const read = useJobEvents(job.id, job.version);
  return (
    <Section title={t('timeline')}>
      {read.is === 'loading' && <Quiet>{common('loading')}</Quiet>}
      {read.is === 'failed' && (
        <div role="alert" className="text-sm">
          <p>{t('timelineFailed')}</p>
          <p translate="no" className="text-ink-soft">
            {read.problem}
          </p>
        </div>
      )}
      {read.is === 'known' && (
        <ol tabIndex={0} aria-label={t('timeline')} className="max-h-[32rem] space-y-3 overflow-y-auto">
          <li>
            <Step title={t('created')} at={job.createdAt} before={null} />
          </li>
          {read.value.map((event, index) => (
            <li key={event.version}>
              <EventStep event={event} before={read.value[index - 1]?.at ?? job.createdAt} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function EventStep({ event, before }: { readonly event: JobEventView; readonly before: number }) {
  const { t } = useTranslation('jobs');
  const { from, to, attempt } = event;
  const detail = detailText(event.detail);
  return (
    <Step title={t(`event.${event.event as KnownEvent}`)} at={event.at} before={before}>
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-ink-soft">
        {from !== null && from !== to && (
          <>
            <StateBadge state={from} /> <span aria-hidden>→</span>
          </>
        )}
        <StateBadge state={to} />
        {attempt > 0 && <span>{t('attempt', { number: attempt })}</span>}
        <span translate="no" className="font-mono text-ink-faint">
          {event.event}
        </span>
      </p>
      {detail !== '' && (
        <p translate="no" className="font-mono text-xs wrap-anywhere text-ink-soft">
          {detail}
        </p>
      )}
    </Step>
  );
}

interface StepProps {
  readonly title: string;
  readonly at: number;
  /** When the step before was; null for the first. */
  readonly before: number | null;
  readonly children?: React.ReactNode;
}

function Step({ title, at, before, children }: StepProps) {
  const { t } = useTranslation('jobs');
  return (
    <div className="border-l-2 border-line-strong pl-3 text-[0.8125rem]">
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium">{title}</span>
        <span className="text-xs text-ink-faint tabular-nums">
          <time dateTime={new Date(at).toISOString()}>{formatDateTime(at)}</time>
          {before !== null && at > before && ` ${t('later', { span: formatDuration(at - before) })}`}
        </span>
      </p>
      {children}
    </div>
  );
}
