/** Adds a task to a plan, or changes one. */
import { useSelector } from '@xstate/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalView, TaskView } from '../../protocol/goal-views.ts';
import type { ResultKind } from '../../protocol/goals.ts';
import type { AgentId, TaskId } from '../../protocol/ids.ts';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { Select } from '../components/ui/select.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { useServices } from '../services.tsx';
import { belowOf } from './below.ts';

const kinds: readonly ResultKind[] = ['document', 'code', 'data', 'analysis'];

interface TaskFormDialogProps {
  readonly goal: GoalView;
  readonly tasks: readonly TaskView[];
  /** `new`: a task to add; null: closed. */
  readonly editing: TaskView | 'new' | null;
  readonly onClose: () => void;
}

export function TaskFormDialog({ goal, tasks, editing, onClose }: TaskFormDialogProps) {
  const { t } = useTranslation('goals');
  return (
    <Dialog
      open={editing !== null}
      onClose={onClose}
      title={t(editing === 'new' ? 'taskForm.addTitle' : 'taskForm.editTitle')}
      className="w-[min(40rem,calc(100vw-2rem))]"
    >
      {editing !== null && <TaskForm goal={goal} tasks={tasks} editing={editing} onClose={onClose} />}
    </Dialog>
  );
}

const boxLook =
  'field-sizing-content min-h-20 max-h-72 w-full resize-none rounded-lg border border-line-strong bg-paper px-3 py-2 text-sm';

function TaskForm({ goal, tasks, editing, onClose }: TaskFormDialogProps & { editing: TaskView | 'new' }) {
  const { t } = useTranslation('goals');
  const { t: common } = useTranslation('common');
  const { client, agents } = useServices();
  const all = useSelector(agents, (known) => known.all);
  const before = editing === 'new' ? null : editing;
  const [requestId] = useState(() => crypto.randomUUID());
  const [title, setTitle] = useState(before?.title ?? '');
  const [instructions, setInstructions] = useState(before?.instructions ?? '');
  const [acceptance, setAcceptance] = useState(before?.acceptance.join('\n') ?? '');
  const [wantedId, setWantedId] = useState<AgentId | undefined>(before?.agentId ?? tasks[0]?.agentId);
  // One that was removed cannot be chosen: what the list shows in its place is what is saved.
  const agentId = (all.find(({ id }) => id === wantedId) ?? all[0])?.id ?? null;
  const [result, setResult] = useState<ResultKind>(before?.resultKind ?? 'document');
  const [dependsOn, setDependsOn] = useState<readonly TaskId[]>(before?.dependsOn ?? []);
  const { running, problem, run } = useRequest();
  // What builds on this task cannot come before it.
  const below = before === null ? new Set<TaskId>() : belowOf(tasks, before.id);
  const others = tasks.filter(({ id }) => id !== before?.id && !below.has(id));
  const criteria = acceptance
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const complete = title.trim() !== '' && instructions.trim() !== '' && criteria.length > 0 && agentId !== null;
  const save = () => {
    if (agentId === null || !complete) return;
    // A task that was removed meanwhile is not in the list any more, so nobody could take it out.
    const still = dependsOn.filter((id) => others.some((other) => other.id === id));
    const task = { title, instructions, acceptance: criteria, agentId, result, dependsOn: still };
    run(
      () =>
        before === null
          ? client.goals.addTask.mutate({ requestId, id: goal.id, task })
          : client.goals.editTask.mutate({ taskId: before.id, task }),
      onClose,
    );
  };
  return (
    <form
      className="mt-3 space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Field label={t('taskForm.name')}>
        {({ id }) => (
          <Input id={id} value={title} maxLength={200} dir="auto" onChange={({ target }) => setTitle(target.value)} />
        )}
      </Field>
      <Field label={t('taskForm.instructions')}>
        {({ id }) => (
          <textarea
            id={id}
            value={instructions}
            dir="auto"
            onChange={({ target }) => setInstructions(target.value)}
            className={boxLook}
          />
        )}
      </Field>
      <Field label={t('taskForm.acceptance')} hint={t('taskForm.acceptanceHint')}>
        {({ id, hintId }) => (
          <textarea
            id={id}
            aria-describedby={hintId}
            value={acceptance}
            dir="auto"
            onChange={({ target }) => setAcceptance(target.value)}
            className={boxLook}
          />
        )}
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('taskForm.agent')}>
          {({ id }) => (
            <Select
              id={id}
              translate="no"
              className="w-full"
              value={agentId ?? ''}
              onChange={({ target }) => setWantedId(all.find(({ id }) => id === target.value)?.id)}
            >
              {all.map((agent) => (
                <option key={agent.id} value={agent.id}>
                  {agent.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t('taskForm.result')}>
          {({ id }) => (
            <Select
              id={id}
              className="w-full"
              value={result}
              onChange={({ target }) => setResult(kinds.find((kind) => kind === target.value) ?? result)}
            >
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {t(`task.kind.${kind}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Dependencies others={others} chosen={dependsOn} onChange={setDependsOn} />
      {problem !== null && (
        <p role="alert" translate="no" className="text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
      <DialogActions>
        <Button onClick={onClose}>{common('cancel')}</Button>
        <Button type="submit" variant="primary" disabled={running || !complete}>
          {before === null ? t('taskForm.add') : common('save')}
        </Button>
      </DialogActions>
    </form>
  );
}

interface DependenciesProps {
  readonly others: readonly TaskView[];
  readonly chosen: readonly TaskId[];
  readonly onChange: (chosen: readonly TaskId[]) => void;
}

function Dependencies({ others, chosen, onChange }: DependenciesProps) {
  const { t } = useTranslation('goals');
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-[0.8125rem] font-medium">{t('taskForm.dependsOn')}</legend>
      {others.length === 0 ? (
        <p className="text-sm text-ink-soft">{t('taskForm.noOthers')}</p>
      ) : (
        <ul className="max-h-44 overflow-y-auto rounded-lg border">
          {others.map(({ id, title }) => (
            <li key={id} className="border-b last:border-b-0">
              <label className="flex min-h-9 cursor-pointer items-center gap-2.5 px-3 py-1.5 text-sm">
                <input
                  type="checkbox"
                  checked={chosen.includes(id)}
                  onChange={({ target }) =>
                    onChange(target.checked ? [...chosen, id] : chosen.filter((other) => other !== id))
                  }
                  className="size-4 shrink-0 accent-lamp"
                />
                <span translate="no" className="min-w-0 wrap-anywhere">
                  {title}
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-1 text-xs text-ink-faint">{t('taskForm.dependsHint')}</p>
    </fieldset>
  );
}
