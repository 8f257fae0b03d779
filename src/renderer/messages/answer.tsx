/** One answer: while its job is open, as it streams; afterwards, as it was stored. */
import { ChevronRight } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { JobView, MessageView } from '../../protocol/views.ts';
import { AnswerFooter } from './answer-footer.tsx';
import { CopyButton } from './code-block.tsx';
import { ContinueButton } from './continue-button.tsx';
import { showBidiControls } from './bidi-controls.ts';
import { FailureCard } from './failure-card.tsx';
import { EndedJobActions, OpenJobActions } from './job-actions.tsx';
import { JobStatus, Lamp } from './job-status.tsx';
import type { JobStream } from './job-stream.ts';
import { useJobStream } from './stream-job.ts';
import { isAtRest, newerJob } from './turns.ts';

// The parser is half of the page's code. It is fetched at once, but the page need not wait for it to be there.
const loadingMarkdown = import('./markdown.tsx');
const Markdown = lazy(() => loadingMarkdown);

interface AnswerProps {
  /** The job as the conversation knows it; null for an answer whose question is not loaded. */
  readonly job: JobView | null;
  readonly stored: MessageView | null;
  /** Messages behind it wait for a decision about it. */
  readonly holdsOthers: boolean;
}

const marks: Record<MessageView['status'], string | null> = {
  complete: null,
  cut: 'Cut: it reached the token limit, or the provider filtered it.',
  cancelled: null,
  interrupted: 'Interrupted: this is as far as it came.',
};

export function Answer({ job: known, stored, holdsOthers }: AnswerProps) {
  const open = known !== null && !isAtRest(known);
  const stream = useJobStream(known?.id ?? null, open);
  const job = newerJob(known, stream.job);
  const { text, thinking } = shownOf(known, open, stored, stream);
  const streaming = job?.state === 'active';
  const stale = open && !streaming && text !== '' && job?.continues == null;
  return (
    <article aria-label="Answer" aria-busy={streaming} className="space-y-3">
      {job?.result != null && job.result.omittedMessages > 0 && <Omitted count={job.result.omittedMessages} />}
      {thinking !== '' && <Thinking text={thinking} streaming={streaming && text === ''} />}
      {text !== '' && (
        <div className={stale ? 'opacity-55' : undefined}>
          <Suspense
            fallback={<p className="leading-relaxed wrap-anywhere whitespace-pre-wrap">{showBidiControls(text)}</p>}
          >
            <Markdown text={text} streaming={streaming} />
          </Suspense>
        </div>
      )}
      {job !== null && <AnswerEnd job={job} stored={stored} text={text} holdsOthers={holdsOthers} />}
      {job === null && stored !== null && <StoredEnd stored={stored} />}
    </article>
  );
}

/**
 * A retried answer streams anew, so what was stored of the last try does not count while the job is open. What a
 * continuation streams stands behind what is stored.
 */
function shownOf(
  job: JobView | null,
  open: boolean,
  stored: MessageView | null,
  stream: JobStream,
): { text: string; thinking: string } {
  if (stored !== null && !open) return { text: stored.text, thinking: stored.thinking ?? '' };
  if (stored === null || job?.continues == null) return stream;
  // For a moment the stream may still be that of the job before.
  const rest = stream.job === null || stream.job.id === job.id ? stream : { text: '', thinking: '' };
  return { text: stored.text + rest.text, thinking: [stored.thinking, rest.thinking].filter(Boolean).join('\n\n') };
}

function AnswerEnd({ job, stored, text, holdsOthers }: AnswerProps & { readonly job: JobView; readonly text: string }) {
  const mark = stored === null || !isAtRest(job) ? null : marks[stored.status];
  if (job.state === 'failed') {
    return (
      <>
        {mark !== null && <Mark text={mark} />}
        <FailureCard failure={job.failure}>
          <EndedJobActions job={job} holdsOthers={holdsOthers} />
        </FailureCard>
      </>
    );
  }
  if (job.state === 'cancelled') {
    return (
      <div className="flex flex-wrap items-center gap-3">
        <JobStatus job={job} />
        <EndedJobActions job={job} holdsOthers={holdsOthers} />
      </div>
    );
  }
  if (job.state === 'completed') {
    return (
      <>
        {mark !== null && <Mark text={mark} />}
        {stored?.status === 'cut' && job.result?.finishReason === 'length' && <ContinueButton answer={stored} />}
        {text === '' && stored !== null && <Mark text="The model answered with nothing." />}
        <AnswerFooter job={job} text={text} />
      </>
    );
  }
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <JobStatus job={job} />
      <OpenJobActions job={job} />
    </div>
  );
}

/** Of an answer whose job is not kept any more, or was made elsewhere: what the message itself knows. */
function StoredEnd({ stored }: { readonly stored: MessageView }) {
  const mark = marks[stored.status];
  return (
    <footer className="flex min-h-7 flex-wrap items-center gap-x-2 text-xs text-ink-faint">
      {mark !== null && <Mark text={mark} />}
      {stored.status === 'cancelled' && <Mark text="Stopped." />}
      {stored.text !== '' && <CopyButton text={stored.text} label="Copy answer" />}
    </footer>
  );
}

function Mark({ text }: { readonly text: string }) {
  return <p className="text-[13px] font-medium text-ink-soft">{text}</p>;
}

function Omitted({ count }: { readonly count: number }) {
  return (
    <p className="border-l-2 border-line-strong pl-3 text-[13px] text-ink-soft">
      {count === 1 ? '1 older message did' : `${count} older messages did`} not fit the model’s context and{' '}
      {count === 1 ? 'was' : 'were'} left out.
    </p>
  );
}

function Thinking({ text, streaming }: { readonly text: string; readonly streaming: boolean }) {
  return (
    <details className="group/thinking text-[13px] text-ink-soft">
      <summary className="flex w-fit cursor-pointer list-none items-center gap-1.5 rounded select-none">
        {streaming ? <Lamp /> : null}
        {streaming ? 'Thinking' : 'Thoughts'}
        <ChevronRight size={14} aria-hidden className="transition-transform group-open/thinking:rotate-90" />
      </summary>
      <p dir="auto" className="mt-2 border-l-2 pl-3 wrap-anywhere whitespace-pre-wrap">
        {showBidiControls(text)}
      </p>
    </details>
  );
}
