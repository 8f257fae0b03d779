/** What a job is and where it stands, in figures; what can be done with it now. */
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobDetails } from '../../protocol/job-details.ts';
import type { JobUserEvent, JobView } from '../../protocol/views.ts';
import { HeldUpText } from '../messages/held-up-text.tsx';
import { JobStatus } from '../messages/job-status.tsx';
import { useCommands, type Command } from '../commands/commands.ts';
import { Button } from '../components/ui/button.tsx';
import { describeError } from '../connection/refusal.ts';
import { formatDateTime, formatTime } from '../i18n/format.ts';
import { useRemoteActor } from '../remote/use-remote-actor.ts';
import { hashOf, navigate } from '../shell/route.ts';
import { JobFacts } from './job-facts.tsx';
import { StateBadge } from './state-badge.tsx';
import { TextLink } from './text-parts.tsx';

interface JobHeadProps {
  readonly job: JobView;
  readonly details: JobDetails;
}

type JobsT = ReturnType<typeof useTranslation<'jobs'>>['t'];

export function JobHead({ job, details }: JobHeadProps) {
  const { t } = useTranslation('jobs');
  const { conversationId } = job;
  return (
    <section aria-label={t('facts')} className="rounded-xl border bg-raised p-4">
      <div className="space-y-3">
        <div className="min-w-0">
          <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <StateBadge state={job.state} className="text-base font-semibold" />
            <span className="text-sm text-ink-soft tabular-nums">{whereWords(t, job).join(', ')}</span>
          </p>
          {job.agentLimit !== null && (
            <div className="mt-1">
              <JobStatus job={job} />
            </div>
          )}
          {job.heldUp !== null && (
            <p className="mt-1 text-sm wrap-anywhere text-ink-soft">
              <HeldUpText why={job.heldUp} />
            </p>
          )}
          {details.quarantined && <p className="mt-1 text-sm text-lamp-text">{t('quarantined')}</p>}
        </div>
        <Actions job={job} />
      </div>
      <JobFacts job={job} details={details} />
      <p className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem]">
        {conversationId !== null && (
          <TextLink
            to={hashOf(
              details.messageId === null
                ? { page: 'conversation', id: conversationId }
                : { page: 'conversation', id: conversationId, messageId: details.messageId },
            )}
          >
            {t('toMessage')}
          </TextLink>
        )}
        <TextLink to={hashOf({ page: 'inspector', actorId: `job:${job.id}` })}>{t('toInspector')}</TextLink>
        <TextLink to={hashOf({ page: 'queue' })}>{t('backToQueue')}</TextLink>
      </p>
    </section>
  );
}

function whereWords(t: JobsT, job: JobView): string[] {
  switch (job.state) {
    case 'waiting': {
      const place = job.place === null ? t('farBack') : job.place === 0 ? t('next') : t('place', { count: job.place });
      return [
        place,
        ...(job.pausedBy === null ? [] : [t(`pausedBy.${job.pausedBy}`)]),
        ...(job.expectedStartAt === null ? [] : [t('startsAbout', { time: formatTime(job.expectedStartAt) })]),
      ];
    }
    case 'delayed':
      return job.runAt === null ? [] : [t('dueAt', { time: formatDateTime(job.runAt) })];
    case 'blocked':
      return [job.heldByFailure ? t('heldByFailure') : t('openDependencies', { count: job.openDependencies })];
    case 'active':
      return job.phase === null ? [] : [t(`phase.${job.phase}`)];
    case 'completed':
    case 'failed':
    case 'cancelled':
      return [];
    default:
      return job.state satisfies never;
  }
}

function Actions({ job }: { readonly job: JobView }) {
  const { t } = useTranslation('jobs');
  const actor = useRemoteActor(`job:${job.id}`);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const can = job.can.join(' ');
  const list = useMemo(() => {
    const send = (type: JobUserEvent): void => {
      setSending(true);
      setProblem(null);
      actor
        .send({ type })
        .catch((error: unknown) => setProblem(describeError(error)))
        .finally(() => setSending(false));
    };
    const events = can.split(' ').filter(Boolean) as JobUserEvent[];
    return events.map((type) => ({ type, run: () => send(type) }));
  }, [actor, can]);
  useCommands(
    useMemo((): Command[] => {
      const group = t('group');
      return [
        ...list.map(({ type, run }) => ({ id: `job.${type}`, title: t(`actionCommand.${type}`), group, run })),
        {
          id: 'job.inspect',
          title: t('inspectCommand'),
          group,
          run: () => navigate({ page: 'inspector', actorId: `job:${job.id}` }),
        },
      ];
    }, [list, job.id, t]),
  );
  return (
    <div role="group" aria-label={t('actionsLabel')} className="flex flex-wrap gap-2">
      {list.map(({ type, run }) => (
        <Button key={type} size="small" disabled={sending} onClick={run}>
          {t(`actions.${type}`)}
        </Button>
      ))}
      {problem !== null && (
        <p role="alert" className="basis-full text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
    </div>
  );
}
