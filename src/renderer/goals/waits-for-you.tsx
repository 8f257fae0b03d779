/** What a goal needs of the user now: questions to answer, failed tasks to decide about. */
import { CircleHelp, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalDetails, TaskView } from '../../protocol/goal-views.ts';
import { hashOf } from '../shell/route.ts';
import { ModelText } from './model-text.tsx';
import { NoteForm } from './note-form.tsx';
import { TaskActions } from './task-actions.tsx';
import { useServices } from '../services.tsx';

/** The tasks that need the user, the one that has waited longest first. */
export function tasksThatWait({ goal, tasks }: GoalDetails): readonly TaskView[] {
  const decides = goal.state === 'working' || goal.state === 'paused';
  return tasks.filter(
    ({ state, question }) => (state === 'needsInput' && question !== null) || (state === 'failed' && decides),
  );
}

export function WaitsForYou({ details }: { readonly details: GoalDetails }) {
  const { t } = useTranslation('goals');
  const waiting = tasksThatWait(details);
  if (waiting.length === 0) return null;
  return (
    <ul aria-label={t('waits.title')} className="space-y-3">
      {waiting.map((task) => (
        <li key={task.id} className="rounded-lg border border-line-strong bg-paper p-3">
          {task.state === 'needsInput' ? (
            <Question goalId={details.goal.id} task={task} />
          ) : (
            <FailedTask details={details} task={task} />
          )}
        </li>
      ))}
    </ul>
  );
}

interface HeadProps {
  readonly goalId: GoalDetails['goal']['id'];
  readonly task: TaskView;
  readonly icon: ReactNode;
  readonly title: string;
}

function Head({ goalId, task, icon, title }: HeadProps) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-[0.8125rem]">
      {icon}
      <span className="font-semibold">{title}</span>
      <a
        href={hashOf({ page: 'goal', id: goalId, taskId: task.id })}
        translate="no"
        className="min-w-0 wrap-anywhere text-ink-soft underline decoration-line-strong underline-offset-3 hover:text-ink"
      >
        {task.title}
      </a>
    </p>
  );
}

function Question({ goalId, task }: { readonly goalId: GoalDetails['goal']['id']; readonly task: TaskView }) {
  const { t } = useTranslation('goals');
  const { client } = useServices();
  return (
    <>
      <Head
        goalId={goalId}
        task={task}
        icon={<CircleHelp size={15} aria-hidden className="shrink-0 text-lamp-text" />}
        title={t('waits.asks', { agent: task.agentName })}
      />
      <div className="my-2 text-sm">
        <ModelText text={task.question ?? ''} />
      </div>
      <NoteForm
        label={t('waits.answerLabel', { agent: task.agentName })}
        hiddenLabel
        placeholder={t('waits.answerPlaceholder')}
        hint={t('waits.sendHint')}
        action={t('waits.send')}
        send={(text, requestId) =>
          client.goals.answerTask.mutate({
            requestId,
            taskId: task.id,
            text,
            ...(task.question === null ? {} : { question: task.question }),
          })
        }
        onSent={() => undefined}
      />
    </>
  );
}

function FailedTask({ details, task }: { readonly details: GoalDetails; readonly task: TaskView }) {
  const { t } = useTranslation('goals');
  return (
    <>
      <Head
        goalId={details.goal.id}
        task={task}
        icon={<TriangleAlert size={15} aria-hidden className="shrink-0 text-alarm" />}
        title={t('waits.failed')}
      />
      {task.failure !== null && (
        <p translate="no" dir="auto" className="my-2 text-sm wrap-anywhere whitespace-pre-wrap text-ink-soft">
          {task.failure}
        </p>
      )}
      {task.jobId !== null && (
        <p className="mb-2 text-[0.8125rem]">
          <a
            href={hashOf({ page: 'job', id: task.jobId })}
            className="text-lamp-text underline-offset-3 hover:underline"
          >
            {t('action.openJob')}
          </a>
        </p>
      )}
      <TaskActions goal={details.goal} tasks={details.tasks} task={task} only={['retry', 'skip']} />
    </>
  );
}
