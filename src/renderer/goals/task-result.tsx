/** What a task has come to: its result, or what its job is writing now. */
import { useTranslation } from 'react-i18next';
import type { TaskView } from '../../protocol/goal-views.ts';
import { JobStatus } from '../messages/job-status.tsx';
import type { JobStream } from '../messages/job-stream.ts';
import { FoldedText } from './folded-text.tsx';
import { isTaskRunning } from './goal-words.ts';
import { ModelText } from './model-text.tsx';
import { Part } from './part.tsx';

interface TaskResultProps {
  readonly task: TaskView;
  /** Of its newest job; null until it is known. */
  readonly stream: JobStream | null;
}

export function TaskResult({ task, stream }: TaskResultProps) {
  const { t } = useTranslation('goals');
  const { state, result, jobId, jobs } = task;
  const job = stream?.job ?? null;
  const running = isTaskRunning(state) && job !== null;
  const writes = running && jobs.find((one) => one.jobId === jobId)?.purpose === 'work';
  return (
    <>
      {running && <JobStatus job={job} />}
      {writes && stream !== null && stream.text !== '' ? (
        <Part title={t('task.streaming')}>
          <div aria-busy>
            <ModelText text={stream.text} streaming />
          </div>
        </Part>
      ) : (
        <Part title={t(state === 'accepted' || result === null ? 'task.result' : 'task.resultBefore')}>
          {result === null ? (
            <p className="text-ink-soft">{t(state === 'waiting' ? 'task.waitsFor' : 'task.noResult')}</p>
          ) : (
            <FoldedText text={result} />
          )}
          {task.readsSummaries && <p className="mt-1.5 text-xs text-ink-faint">{t('task.summaries')}</p>}
        </Part>
      )}
    </>
  );
}
