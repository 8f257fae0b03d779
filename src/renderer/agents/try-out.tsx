import { Play, Square, Trash2 } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Hint } from '../components/ui/hint.tsx';
import { formatNumber, formatTime } from '../i18n/format.ts';
import { HeldUpText } from '../messages/held-up-text.tsx';
import { useJobStream } from '../messages/stream-job.ts';
import type { AgentId } from '../../protocol/ids.ts';
import type { JobView } from '../../protocol/views.ts';
import type { AgentFields } from './agent-drafts.ts';
import { useTryOut, type Trial, type TryOut } from './use-try-out.ts';

const Markdown = lazy(() => import('../messages/markdown.tsx'));

interface TryOutPaneProps {
  readonly fields: AgentFields;
  readonly agentId: AgentId | null;
}

/** Asks the agent as it stands in the form, saved or not. */
export function TryOutPane({ fields, agentId }: TryOutPaneProps) {
  const { t } = useTranslation('agents');
  const tryOut = useTryOut(fields, agentId);
  const [text, setText] = useState('');
  const ask = () => {
    if (text.trim() === '') return;
    tryOut.ask(text);
    setText('');
  };
  return (
    <section aria-labelledby="try-out" className="flex min-h-0 flex-1 flex-col">
      <header className="mx-auto flex h-11 w-full max-w-[46rem] shrink-0 items-center gap-2 px-4">
        <h2 id="try-out" className="flex-1 text-sm font-semibold tracking-tight">
          {t('tryOut')}
        </h2>
        {tryOut.trials.length > 0 && (
          <Hint text={t('clearTryOut')}>
            <Button variant="ghost" size="small-icon" aria-label={t('clearTryOut')} onClick={tryOut.clear}>
              <Trash2 size={15} aria-hidden />
            </Button>
          </Hint>
        )}
      </header>
      <div className="mx-auto min-h-0 w-full max-w-[46rem] flex-1 space-y-5 overflow-y-auto px-4 pb-4">
        {tryOut.trials.length === 0 && (
          <p className="text-[0.8125rem] leading-relaxed text-pretty text-ink-soft">{t('tryOutHint')}</p>
        )}
        {tryOut.trials.map((trial) => (
          <TrialTurn key={trial.key} trial={trial} tryOut={tryOut} />
        ))}
        {tryOut.problem !== null && (
          <p role="alert" className="text-[0.8125rem] text-alarm">
            {tryOut.problem}
          </p>
        )}
      </div>
      <form
        className="mx-auto flex w-full max-w-[46rem] shrink-0 items-end gap-1.5 border-t p-3"
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <textarea
          aria-label={t('tryOutQuestion')}
          placeholder={t('tryOutQuestion')}
          dir="auto"
          rows={1}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            ask();
          }}
          className="field-sizing-content max-h-40 min-h-9 flex-1 resize-none rounded-lg border border-line-strong bg-paper px-3 py-1.5 text-sm"
        />
        <Button type="submit" variant="primary" size="icon" aria-label={t('ask')} disabled={text.trim() === ''}>
          <Play size={15} aria-hidden />
        </Button>
      </form>
    </section>
  );
}

function TrialTurn({ trial, tryOut }: { readonly trial: Trial; readonly tryOut: TryOut }) {
  const { t } = useTranslation('agents');
  const [ended, setEnded] = useState(false);
  const stream = useJobStream(trial.jobId, !ended);
  const { job, text } = stream;
  const over = job !== null && (job.state === 'completed' || job.state === 'failed' || job.state === 'cancelled');
  useEffect(() => {
    if (!over || ended) return;
    setEnded(true);
    if (job.state === 'completed') tryOut.answered(trial.key, text);
  }, [over, ended, job, text, trial.key, tryOut]);
  return (
    <article aria-label={t('trial')}>
      <p
        dir="auto"
        translate="no"
        className="ml-auto w-fit max-w-[85%] rounded-xl bg-tint px-3 py-1.5 text-sm whitespace-pre-wrap wrap-anywhere"
      >
        {trial.question}
      </p>
      {text !== '' && (
        <div dir="auto" translate="no" className="mt-3 text-sm">
          <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
            <Markdown text={text} streaming={!over} />
          </Suspense>
        </div>
      )}
      <div role="status" className="mt-2 flex items-center gap-2 text-xs text-ink-faint">
        <TrialState job={job} />
        {!over && trial.jobId !== null && (
          <Button size="small" onClick={() => trial.jobId !== null && tryOut.stop(trial.jobId)}>
            <Square size={10} fill="currentColor" aria-hidden />
            {t('stop')}
          </Button>
        )}
      </div>
      {job !== null && job.state === 'failed' && job.failure !== null && (
        <p translate="no" className="mt-2 rounded-lg bg-alarm-tint px-3 py-2 text-[0.8125rem]">
          {job.failure.message}
        </p>
      )}
    </article>
  );
}

function TrialState({ job }: { readonly job: JobView | null }) {
  const { t } = useTranslation('agents');
  if (job === null) return <span>{t('trialState.sent')}</span>;
  if (job.agentLimit !== null && job.heldUpUntil !== null) {
    return <span>{t('trialState.limit', { time: formatTime(job.heldUpUntil) })}</span>;
  }
  if (job.heldUp !== null) {
    return (
      <span>
        <HeldUpText why={job.heldUp} />
      </span>
    );
  }
  if (job.state !== 'completed') return <span>{t(`trialState.${job.state}`)}</span>;
  const { inputTokens = 0, outputTokens = 0 } = job.result?.usage ?? {};
  return (
    <span>{t('trialState.completed', { input: formatNumber(inputTokens), output: formatNumber(outputTokens) })}</span>
  );
}
