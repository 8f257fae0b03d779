/** How a goal is started: its options, its budget, and who does what. */
import { useSelector } from '@xstate/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentId } from '../../protocol/ids.ts';
import { AgentMark } from '../agents/agent-mark.tsx';
import { Field } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { useServices } from '../services.tsx';
import { readBudget, typedBudget, type GoalStart } from './goal-options.ts';
import { BudgetFields, OptionsForm } from './options-form.tsx';

interface StartFieldsProps {
  readonly start: GoalStart;
  /** Only with what can be read. */
  readonly onStart: (start: GoalStart) => void;
}

export function StartFields({ start, onStart }: StartFieldsProps) {
  const { t } = useTranslation('goals');
  const agents = useSelector(useServices().agents, ({ all }) => all);
  const [typed, setTyped] = useState(() => typedBudget(start.options.budget));
  const chosen = start.agentIds ?? [];
  const choose = (agentIds: readonly AgentId[]) =>
    onStart({ ...start, agentIds: agentIds.length === 0 ? null : agentIds });
  return (
    <div className="space-y-4">
      <OptionsForm options={start.options} onOptions={(options) => onStart({ ...start, options })} beforePlan />
      <BudgetFields
        typed={typed}
        wrong={readBudget(typed) === null}
        onTyped={(next) => {
          setTyped(next);
          const budget = readBudget(next);
          if (budget !== null) onStart({ ...start, options: { ...start.options, budget } });
        }}
      />
      {agents.length > 1 && (
        <fieldset className="min-w-0">
          <legend className="mb-1 text-[0.8125rem] font-medium">{t('options.who')}</legend>
          <ul className="max-h-33 overflow-y-auto rounded-lg border">
            {agents.map((agent) => (
              <li key={agent.id} className="border-b last:border-b-0">
                <label className="flex min-h-10 cursor-pointer items-center gap-2.5 px-3 py-1 text-sm">
                  <input
                    type="checkbox"
                    checked={chosen.includes(agent.id)}
                    onChange={({ target }) =>
                      choose(target.checked ? [...chosen, agent.id] : chosen.filter((id) => id !== agent.id))
                    }
                    className="size-4 shrink-0 accent-lamp"
                  />
                  <AgentMark agent={agent} className="size-6" />
                  <span translate="no" className="min-w-0 truncate">
                    {agent.name}
                  </span>
                </label>
              </li>
            ))}
          </ul>
          <p className="mt-1 text-xs text-ink-faint">{t('options.whoHint')}</p>
        </fieldset>
      )}
      {agents.length > 1 && (
        <div className="grid gap-3 sm:grid-cols-2">
          <AgentField
            label={t('options.planner')}
            none={t('options.lead')}
            value={start.plannerId}
            onChange={(plannerId) => onStart({ ...start, plannerId })}
          />
          {start.options.review && (
            <AgentField
              label={t('options.reviewer')}
              none={t('options.anybody')}
              value={start.reviewerId}
              onChange={(reviewerId) => onStart({ ...start, reviewerId })}
            />
          )}
        </div>
      )}
    </div>
  );
}

interface AgentFieldProps {
  readonly label: string;
  /** What it is called when nobody is chosen. */
  readonly none: string;
  readonly value: AgentId | null;
  readonly onChange: (id: AgentId | null) => void;
}

function AgentField({ label, none, value, onChange }: AgentFieldProps) {
  const agents = useSelector(useServices().agents, ({ all }) => all);
  return (
    <Field label={label}>
      {({ id }) => (
        <Select
          id={id}
          className="w-full"
          value={value ?? ''}
          onChange={({ target }) => onChange(agents.find((agent) => agent.id === target.value)?.id ?? null)}
        >
          <option value="">{none}</option>
          {agents.map((agent) => (
            <option key={agent.id} value={agent.id} translate="no">
              {agent.name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
