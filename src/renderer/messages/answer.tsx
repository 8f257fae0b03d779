/** One agent's answer: while its job is open, as it streams; afterwards, as it was stored. */
import { useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentView } from '../../protocol/agents.ts';
import type { JobView, MessageView } from '../../protocol/views.ts';
import { AgentMark } from '../agents/agent-mark.tsx';
import { AnswerFooter } from './answer-footer.tsx';
import { AnswerText } from './answer-text.tsx';
import { ContinueButton } from './continue-button.tsx';
import { FailureCard } from './failure-card.tsx';
import { EndedJobActions, OpenJobActions } from './job-actions.tsx';
import { JobStatus } from './job-status.tsx';
import type { JobStream } from './job-stream.ts';
import { useJobStream } from './stream-job.ts';
import { Thinking } from './thinking.tsx';
import { isAtRest, isRenewal, newerJob, type AnswerSlot } from './turns.ts';

interface AnswerProps {
  readonly slot: AnswerSlot;
  /** Who answers, where that has to be said; null where it goes without saying. */
  readonly author: Pick<AgentView, 'name' | 'color'> | null;
}

export function Answer({ slot, author }: AnswerProps) {
  const { t } = useTranslation('messages');
  const { job: known, stored } = slot;
  const body = useRef<HTMLDivElement>(null);
  const open = known !== null && !isAtRest(known);
  const stream = useJobStream(known?.id ?? null, open);
  // For a moment the stream may still be that of the job before.
  const own = stream.job !== null && stream.job.id === known?.id ? stream : null;
  const job = known === null ? null : newerJob(known, own?.job ?? null);
  const { text, thinking } = shownOf(slot, open, own);
  const streaming = job?.state === 'active';
  const stale = open && !streaming && text !== '' && job?.continues == null && !isRenewal(slot);
  const omitted = stored?.meta?.omittedMessages ?? job?.result?.omittedMessages ?? 0;
  const cutFiles = stored?.meta?.cutFiles ?? [];
  return (
    <article
      aria-label={author === null ? t('answer.name') : t('answer.nameOf', { name: author.name })}
      aria-busy={streaming}
      className="space-y-3"
    >
      {author !== null && (
        <p className="flex items-center gap-2 text-[0.8125rem] font-semibold">
          <AgentMark agent={author} className="size-6 text-[0.6875rem]" />
          <span translate="no" className="wrap-anywhere">
            {author.name}
          </span>
        </p>
      )}
      {omitted > 0 && (
        <p className="border-l-2 border-line-strong pl-3 text-[0.8125rem] text-ink-soft">
          {t('answer.omitted', { count: omitted })}
        </p>
      )}
      {cutFiles.length > 0 && (
        <p className="border-l-2 border-line-strong pl-3 text-[0.8125rem] text-ink-soft">
          {t('answer.cutFiles', { count: cutFiles.length })}{' '}
          <span translate="no" dir="auto" className="wrap-anywhere">
            {cutFiles.join(', ')}
          </span>
        </p>
      )}
      {thinking !== '' && <Thinking text={thinking} streaming={streaming && text === ''} />}
      {text !== '' && (
        <div ref={body} translate="no" className={stale ? 'opacity-55' : undefined}>
          <AnswerText text={text} streaming={streaming} />
        </div>
      )}
      <AnswerEnd slot={slot} job={job} open={open} body={body} />
    </article>
  );
}

/**
 * A retried answer streams anew, so what was stored of the last try does not count while the job is open. What a
 * continuation streams stands behind what is stored; another version takes the place of the old one with its first word.
 */
function shownOf(
  { job, stored, ...slot }: AnswerSlot,
  open: boolean,
  stream: JobStream | null,
): { text: string; thinking: string } {
  const kept = { text: stored?.text ?? '', thinking: stored?.thinking ?? '' };
  const streamed = { text: stream?.text ?? '', thinking: stream?.thinking ?? '' };
  if (!open) return stored === null ? streamed : kept;
  if (isRenewal({ job, stored, ...slot })) return streamed.text + streamed.thinking === '' ? kept : streamed;
  if (stored === null || job?.continues == null) return streamed;
  return {
    text: kept.text + streamed.text,
    thinking: [kept.thinking, streamed.thinking].filter((part) => part !== '').join('\n\n'),
  };
}

interface AnswerEndProps {
  readonly slot: AnswerSlot;
  /** The newest that is known of it. */
  readonly job: JobView | null;
  readonly open: boolean;
  readonly body: RefObject<HTMLElement | null>;
}

function AnswerEnd({ slot, job, open, body }: AnswerEndProps) {
  const { t } = useTranslation('messages');
  const { stored } = slot;
  const renewal = isRenewal(slot);
  if (job !== null && (open || !isAtRest(job))) {
    return (
      <>
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div className="flex flex-wrap items-start gap-x-3">
            <JobStatus job={job} />
            {renewal && <p className="text-[0.8125rem] leading-5 text-ink-faint">{t('answer.renewing')}</p>}
          </div>
          <OpenJobActions job={job} />
        </div>
        {renewal && stored !== null && stored.versions.length > 1 && (
          <AnswerFooter stored={stored} body={body} idle={false} />
        )}
      </>
    );
  }
  return (
    <>
      {stored !== null && <StoredEnd stored={stored} job={renewal ? null : job} />}
      {job?.state === 'failed' && renewal && <Mark text={t('answer.renewalFailed')} />}
      {job?.state === 'failed' && (
        <FailureCard failure={job.failure} provider={job.provider}>
          {/* There is an older version: nobody needs to be told for ever that this one failed. */}
          <EndedJobActions job={job} {...(renewal && { skip: t('actions.dismiss') })} />
        </FailureCard>
      )}
      {job?.state === 'cancelled' && (
        <div className="flex flex-wrap items-center gap-3">
          <JobStatus job={job} />
          <EndedJobActions job={job} />
        </div>
      )}
      {stored !== null && <AnswerFooter stored={stored} body={body} idle />}
    </>
  );
}

/** How it ended. `job`: the one that gave it or went on with it; null when it is not kept any more, or was made elsewhere. */
function StoredEnd({ stored, job }: { readonly stored: MessageView; readonly job: JobView | null }) {
  const { t } = useTranslation('messages');
  const isCutByLimit = stored.meta?.finishReason === 'length' || job?.result?.finishReason === 'length';
  switch (stored.status) {
    case 'complete':
      return stored.text === '' ? <Mark text={t('answer.empty')} /> : null;
    case 'cut':
      return (
        <>
          <Mark text={t('answer.cut')} />
          {isCutByLimit && job?.state === 'completed' && <ContinueButton answer={stored} />}
        </>
      );
    case 'cancelled':
      // A job that is still kept says so itself, with what can be done.
      return job === null ? <Mark text={t('answer.stopped')} /> : null;
    case 'interrupted':
      return <Mark text={t('answer.interrupted')} />;
    default:
      return stored.status satisfies never;
  }
}

function Mark({ text }: { readonly text: string }) {
  return <p className="text-[0.8125rem] font-medium text-ink-soft">{text}</p>;
}
