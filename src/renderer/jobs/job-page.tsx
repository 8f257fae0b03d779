/** Everything about one job. */
import { useSelector } from '@xstate/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobId } from '../../protocol/ids.ts';
import { Button } from '../components/ui/button.tsx';
import { useJobStream } from '../messages/stream-job.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import type { ViewProps } from '../shell/views.tsx';
import { Attempts } from './attempts.tsx';
import { Dependencies } from './dependencies.tsx';
import { GoneJob } from './gone-job.tsx';
import { JobAnswer } from './job-answer.tsx';
import { JobHead } from './job-head.tsx';
import { JobRequest } from './job-request.tsx';
import { Timeline } from './timeline.tsx';
import { useJobDetails } from './use-job-details.ts';

export function JobPage({ route: { id }, onMenu }: ViewProps<'job'>) {
  return <OneJob key={id} id={id} onMenu={onMenu} />;
}

function OneJob({ id, onMenu }: { readonly id: JobId; readonly onMenu: () => void }) {
  const { t } = useTranslation('jobs');
  const online = useSelector(useServices().connection, (snapshot) => snapshot.matches('online'));
  const stream = useJobStream(id, true);
  const { job } = stream;
  const [tries, setTries] = useState(0);
  const read = useJobDetails(id, job?.version, `${tries} ${online}`);
  const known = read.is === 'known' ? read.value : null;
  return (
    <>
      <PageHeader title={t('title', { name: job?.name ?? '' })} onMenu={onMenu} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-6xl space-y-4 px-3 py-4 sm:px-5">
          {read.is === 'failed' && job === null && (
            <div role="alert" className="rounded-xl border border-alarm-line bg-alarm-tint p-4 text-sm">
              <p className="font-semibold text-alarm">{t('failed')}</p>
              <p className="mt-1 wrap-anywhere">{read.problem}</p>
              <Button size="small" className="mt-3" onClick={() => setTries(tries + 1)}>
                {t('again')}
              </Button>
            </div>
          )}
          {known?.is === 'gone' && <GoneJob id={id} remains={known.remains} />}
          {known?.is !== 'gone' && (job === null || known === null) && read.is !== 'failed' && (
            <p role="status" className="grid h-60 place-items-center text-sm text-ink-faint">
              {t('loading')}
            </p>
          )}
          {job !== null && known?.is === 'here' && (
            <>
              <JobHead job={job} details={known.details} />
              <div className="grid items-start gap-4 lg:grid-cols-2">
                <JobAnswer job={job} stream={stream} />
                <JobRequest id={id} version={job.version} />
                <Attempts attempts={known.details.attempts} failures={known.details.failures} provider={job.provider} />
                <Timeline job={job} />
              </div>
              <Dependencies id={id} version={job.version} />
            </>
          )}
        </div>
      </div>
    </>
  );
}
