/** The line that says what an answer's job is doing. */
import { Clock, CornerDownRight, RotateCw, Square } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../protocol/views.ts';
import { useNow } from '../remote/use-now.ts';
import { hashOf } from '../shell/route.ts';
import { jobWords, type JobWords } from './job-words.ts';

function Sign({ tone }: { readonly tone: JobWords['tone'] }) {
  switch (tone) {
    case 'queued':
      return <CornerDownRight size={14} aria-hidden />;
    case 'waiting':
      return <Clock size={14} aria-hidden />;
    case 'retrying':
      return <RotateCw size={14} aria-hidden />;
    case 'stopped':
      return <Square size={12} aria-hidden />;
    case 'working':
      return <Lamp />;
    case 'failed':
      return null;
    default:
      return tone satisfies never;
  }
}

/** The lamp that is on while somebody works. */
export function Lamp() {
  return (
    <span aria-hidden className="grid size-3.5 place-items-center">
      <span className="size-2 animate-lamp rounded-full bg-lamp" />
    </span>
  );
}

export function JobStatus({ job }: { readonly job: JobView }) {
  const now = useNow(job.state === 'delayed' || job.heldUpUntil !== null);
  const { t } = useTranslation('messages');
  const words = jobWords(t, job, now);
  if (words === null) return null;
  return (
    <div role="status" className="flex items-start gap-2 text-[0.8125rem] text-ink-soft">
      <span className="flex h-5 items-center text-ink-faint">
        <Sign tone={words.tone} />
      </span>
      <p className="min-w-0 leading-5">
        <span className="font-medium tabular-nums">{words.title}</span>
        {words.detail !== null && (
          <span className="block wrap-anywhere text-ink-faint">
            {words.detail}
            {words.quote !== undefined && (
              <>
                {' '}
                <span translate="no" dir="auto">
                  {words.quote}
                </span>
              </>
            )}
          </span>
        )}
        {job.agentLimit !== null && (
          <a
            href={hashOf({ page: 'agents', id: job.agentLimit.agentId })}
            className="underline decoration-line-strong underline-offset-3 hover:text-ink"
          >
            {t('job.raiseLimit')}
          </a>
        )}
      </p>
    </div>
  );
}
