import type { JobView } from '../../protocol/views.ts';
import { CopyButton } from './code-block.tsx';
import { formatSpan, timeToFirstContentMs } from './job-words.ts';

const count = new Intl.NumberFormat('en');

/** The quiet line below an answer: who gave it, what it took. */
export function AnswerFooter({ job, text }: { readonly job: JobView; readonly text: string }) {
  const { result } = job;
  const first = timeToFirstContentMs(job);
  const about = result?.usage.estimated === true ? '≈ ' : '';
  const facts = [
    result?.model ?? job.fallbackModel ?? job.model,
    job.fallbackModel === null ? null : `in place of ${job.model}, which could not be reached`,
    result === null ? null : `${about}${count.format(result.usage.inputTokens)} in`,
    result === null ? null : `${about}${count.format(result.usage.outputTokens)} out`,
    first === null ? null : `first words after ${formatSpan(first)}`,
    job.attemptsStarted > 1 ? `attempt ${job.attemptsStarted}` : null,
  ].filter((fact) => fact !== null);
  return (
    <footer className="flex min-h-7 flex-wrap items-center gap-x-2 text-xs text-ink-faint tabular-nums">
      {facts.map((fact, index) => (
        <span key={fact} className="flex gap-x-2">
          {fact}
          {index < facts.length - 1 && (
            <span aria-hidden className="text-line-strong">
              ·
            </span>
          )}
        </span>
      ))}
      {text !== '' && (
        <span className="-my-1 opacity-0 transition-opacity group-focus-within/turn:opacity-100 group-hover/turn:opacity-100 pointer-coarse:opacity-100">
          <CopyButton text={text} label="Copy answer" />
        </span>
      )}
    </footer>
  );
}
