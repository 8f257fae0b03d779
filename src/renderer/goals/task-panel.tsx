/** Everything about one task: what it is to do, who does it, what came of it, what it needs. */
import { X } from 'lucide-react';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalDetails, TaskView } from '../../protocol/goal-views.ts';
import { Button } from '../components/ui/button.tsx';
import { useJobStream } from '../messages/stream-job.ts';
import { hashOf, navigate } from '../shell/route.ts';
import { ModelText } from './model-text.tsx';
import { Part } from './part.tsx';
import { TaskMark } from './state-mark.tsx';
import { TaskActions } from './task-actions.tsx';
import { TaskJobs } from './task-jobs.tsx';
import { TaskResult } from './task-result.tsx';
import { WaitsForYou } from './waits-for-you.tsx';

interface TaskPanelProps {
  readonly details: GoalDetails;
  readonly task: TaskView;
}

export function TaskPanel({ details, task }: TaskPanelProps) {
  const { t } = useTranslation('goals');
  const { goal, tasks } = details;
  const stream = useJobStream(task.jobId, task.jobId !== null);
  // For a moment it may still be that of the job before.
  const own = stream.job?.id === task.jobId ? stream : null;
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever opened it by key or in a narrow window goes on here.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [task.id]);
  const close = useCallback(() => navigate({ page: 'goal', id: goal.id }), [goal.id]);
  useEffect(() => {
    const onKey = ({ key, defaultPrevented }: KeyboardEvent) => {
      // Of a menu or a dialog above it, Escape closes only that.
      if (key === 'Escape' && !defaultPrevented && document.querySelector('dialog[open]') === null) close();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [close]);
  const titled = (ids: readonly string[]) => tasks.filter(({ id }) => ids.includes(id));
  const above = titled(task.dependsOn);
  const below = tasks.filter(({ dependsOn }) => dependsOn.includes(task.id));
  const parent = titled(task.parentId === null ? [] : [task.parentId]);
  return (
    <section aria-label={t('task.label')} className="space-y-5 p-4 text-sm sm:p-5">
      <header className="space-y-2.5">
        <div className="flex items-start gap-2">
          <h2
            ref={heading}
            tabIndex={-1}
            translate="no"
            dir="auto"
            className="min-w-0 flex-1 text-base leading-snug font-semibold tracking-tight wrap-anywhere outline-none"
          >
            {task.title}
          </h2>
          <Button variant="ghost" size="small-icon" aria-label={t('task.close')} onClick={close}>
            <X size={16} aria-hidden />
          </Button>
        </div>
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-ink-soft">
          <TaskMark task={task} className="font-medium text-ink" />
          <a
            href={hashOf({ page: 'agents', id: task.agentId })}
            translate="no"
            className="underline decoration-line-strong underline-offset-3 hover:text-ink"
          >
            {task.agentName}
          </a>
          <span>{t(`task.kind.${task.resultKind}`)}</span>
          {task.sendBacks > 0 && <span>{t('task.sentBackTimes', { count: task.sendBacks })}</span>}
        </p>
        <TaskActions goal={goal} tasks={tasks} task={task} />
      </header>
      {task.state === 'needsInput' && <WaitsForYou details={{ ...details, tasks: [task] }} />}
      {task.failure !== null && (
        <Part title={t('task.failure')}>
          <p translate="no" dir="auto" className="wrap-anywhere whitespace-pre-wrap">
            {task.failure}
          </p>
        </Part>
      )}
      {task.reviewReasons.length > 0 && task.state !== 'accepted' && (
        <Part title={t('task.sentBack')}>
          <ul translate="no" className="list-disc space-y-1 pl-5">
            {task.reviewReasons.map((reason, index) => (
              <li key={index} dir="auto" className="wrap-anywhere">
                {reason}
              </li>
            ))}
          </ul>
        </Part>
      )}
      <TaskResult task={task} stream={own} />
      <Part title={t('task.instructions')}>
        <ModelText text={task.instructions} />
      </Part>
      <Part title={t('task.acceptance')}>
        <ul translate="no" className="list-disc space-y-1 pl-5">
          {task.acceptance.map((criterion, index) => (
            <li key={index} dir="auto" className="wrap-anywhere">
              {criterion}
            </li>
          ))}
        </ul>
      </Part>
      {above.length > 0 && <TaskLinks title={t('task.dependsOn')} goalId={goal.id} tasks={above} />}
      {below.length > 0 && <TaskLinks title={t('task.neededBy')} goalId={goal.id} tasks={below} />}
      {parent.length > 0 && <TaskLinks title={t('task.proposedBy')} goalId={goal.id} tasks={parent} />}
      {task.answers.length > 0 && (
        <Part title={t('task.asked')}>
          <dl translate="no" className="space-y-2">
            {task.answers.map(({ question, answer, at }) => (
              <div key={at}>
                <dt dir="auto" className="wrap-anywhere text-ink-soft">
                  {question}
                </dt>
                <dd dir="auto" className="mt-0.5 border-l-2 pl-3 wrap-anywhere whitespace-pre-wrap">
                  {answer}
                </dd>
              </div>
            ))}
          </dl>
        </Part>
      )}
      <TaskJobs task={task} job={own?.job ?? null} />
    </section>
  );
}

interface TaskLinksProps {
  readonly title: string;
  readonly goalId: GoalDetails['goal']['id'];
  readonly tasks: readonly TaskView[];
}

function TaskLinks({ title, goalId, tasks }: TaskLinksProps) {
  return (
    <Part title={title}>
      <ul className="space-y-1">
        {tasks.map((task) => (
          <li key={task.id} className="flex flex-wrap items-baseline gap-x-2.5">
            <a
              href={hashOf({ page: 'goal', id: goalId, taskId: task.id })}
              translate="no"
              className="wrap-anywhere text-lamp-text underline-offset-3 hover:underline"
            >
              {task.title}
            </a>
            <TaskMark task={task} className="text-xs text-ink-soft" />
          </li>
        ))}
      </ul>
    </Part>
  );
}
