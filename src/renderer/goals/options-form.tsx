/** The options of a goal: approving first, failures, reviews, budget. */
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { FailurePolicy, GoalOptions } from '../../protocol/goals.ts';
import { Choice } from '../components/ui/choice.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { Select } from '../components/ui/select.tsx';
import type { TypedBudget } from './goal-options.ts';

const policies: readonly FailurePolicy[] = ['ask', 'skip', 'stop'];
const sendBacks = [0, 1, 2, 3, 5, 10] as const;
const caps = ['tokens', 'money', 'minutes', 'tasks'] as const;

interface OptionsFormProps {
  readonly options: GoalOptions;
  readonly onOptions: (options: GoalOptions) => void;
  /** Whether the plan is still to be approved; else there is nothing to choose about it. */
  readonly beforePlan: boolean;
}

export function OptionsForm({ options, onOptions, beforePlan }: OptionsFormProps) {
  const { t } = useTranslation('goals');
  const modeId = useId();
  const modeHintId = useId();
  const change = (part: Partial<GoalOptions>) => onOptions({ ...options, ...part });
  return (
    <div className="space-y-4">
      {beforePlan && (
        <div>
          <p id={modeId} className="mb-1 text-[0.8125rem] font-medium">
            {t('options.mode')}
          </p>
          <Choice
            value={options.automatic ? 'automatic' : 'approve'}
            onChange={(value) => change({ automatic: value === 'automatic' })}
            labelledBy={modeId}
            describedBy={modeHintId}
            options={[
              { value: 'approve', label: t('bar.approveFirst') },
              { value: 'automatic', label: t('bar.automatic') },
            ]}
          />
          <p id={modeHintId} className="mt-1 text-xs text-ink-faint">
            {t('options.modeHint')}
          </p>
        </div>
      )}
      <Field label={t('options.onTaskFailure')}>
        {({ id }) => (
          <Select
            id={id}
            value={options.onTaskFailure}
            onChange={({ target }) => {
              const policy = policies.find((one) => one === target.value);
              if (policy !== undefined) change({ onTaskFailure: policy });
            }}
          >
            {policies.map((policy) => (
              <option key={policy} value={policy}>
                {t(`options.policy.${policy}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <label className="flex cursor-pointer items-center gap-2.5 text-sm">
          <input
            type="checkbox"
            checked={options.review}
            onChange={({ target }) => change({ review: target.checked })}
            className="size-4 accent-lamp"
          />
          {t('options.review')}
        </label>
        {options.review && (
          <Field label={t('options.maxSendBacks')}>
            {({ id }) => (
              <Select
                id={id}
                value={options.maxSendBacks}
                onChange={({ target }) => change({ maxSendBacks: Number(target.value) })}
              >
                {sendBacks.map((count) => (
                  <option key={count} value={count}>
                    {count}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
      </div>
    </div>
  );
}

interface BudgetFieldsProps {
  readonly typed: TypedBudget;
  readonly onTyped: (typed: TypedBudget) => void;
  /** One of them is no number. */
  readonly wrong: boolean;
}

export function BudgetFields({ typed, onTyped, wrong }: BudgetFieldsProps) {
  const { t } = useTranslation('goals');
  const hintId = useId();
  const titleId = useId();
  return (
    <fieldset aria-labelledby={titleId} aria-describedby={hintId} className="min-w-0">
      <legend id={titleId} className="mb-1 text-[0.8125rem] font-medium">
        {t('options.budget')}
      </legend>
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        {caps.map((cap) => (
          <label key={cap} className="min-w-0 text-xs text-ink-soft">
            <Input
              inputMode="decimal"
              value={typed[cap]}
              onChange={({ target }) => onTyped({ ...typed, [cap]: target.value })}
              className="mb-1 tabular-nums"
            />
            {t(`options.${cap}`)}
          </label>
        ))}
      </div>
      <p id={hintId} className={wrong ? 'mt-1.5 text-xs text-alarm' : 'mt-1.5 text-xs text-ink-faint'}>
        {t(wrong ? 'options.notANumber' : 'options.budgetHint')}
      </p>
    </fieldset>
  );
}
