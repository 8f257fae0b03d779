/** The jobs that worked on a task, and the attempts of the newest. */
import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import type { TaskView } from '../../protocol/goal-views.ts';
import type { JobView } from '../../protocol/views.ts';
import { formatDateTime } from '../i18n/format.ts';
import { Attempts } from '../jobs/attempts.tsx';
import { useJobDetails } from '../jobs/use-job-details.ts';
import { useServices } from '../services.tsx';
import { hashOf } from '../shell/route.ts';
import { Part } from './part.tsx';

interface TaskJobsProps {
  readonly task: TaskView;
  /** The newest; null until it is known, or when it is not kept any more. */
  readonly job: JobView | null;
}

export function TaskJobs({ task, job }: TaskJobsProps) {
  const { t } = useTranslation('goals');
  return (
    <>
      <Part title={t('task.jobs')}>
        {task.jobs.length === 0 && <p className="text-ink-soft">{t('task.noJobs')}</p>}
        <ol className="space-y-1">
          {task.jobs.map(({ jobId, purpose, at }) => (
            <li key={jobId} className="flex flex-wrap items-baseline gap-x-2.5 text-[0.8125rem]">
              <a
                href={hashOf({ page: 'job', id: jobId })}
                className="text-lamp-text underline-offset-3 hover:underline"
              >
                {t(`task.purpose.${purpose}`)}
              </a>
              <time dateTime={new Date(at).toISOString()} className="text-xs text-ink-faint tabular-nums">
                {formatDateTime(at)}
              </time>
            </li>
          ))}
        </ol>
      </Part>
      {job !== null && <JobAttempts key={job.id} job={job} />}
    </>
  );
}

function JobAttempts({ job }: { readonly job: JobView }) {
  const online = useSelector(useServices().connection, (snapshot) => snapshot.matches('online'));
  const read = useJobDetails(job.id, job.version, String(online));
  if (read.is !== 'known' || read.value.is !== 'here') return null;
  const { attempts, failures } = read.value.details;
  return <Attempts attempts={attempts} failures={failures} provider={job.provider} />;
}
