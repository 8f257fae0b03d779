/** What every section of the settings is made of: groups, and in them one line for each setting. */
import { useId, type ReactNode } from 'react';
import { cn } from '../components/ui/cn.ts';

interface SettingGroupProps {
  readonly title?: string;
  readonly children: ReactNode;
}

/** Settings that belong together, in one frame. */
export function SettingGroup({ title, children }: SettingGroupProps) {
  return (
    <section className="mb-8">
      {title !== undefined && <h3 className="mb-2 text-[0.8125rem] font-medium text-ink-faint">{title}</h3>}
      <div className="divide-y rounded-xl border bg-raised">{children}</div>
    </section>
  );
}

interface SettingProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** The control takes the whole width below the label. */
  readonly wide?: boolean;
  /** Why the last change was not taken, in words for people. */
  readonly problem?: string | null;
  /** The control is one field that takes `fieldId` as its id: a click on the name leads to it. */
  readonly field?: boolean;
  /** The control; `labelId` names it (`aria-labelledby`), `hintId` explains it (`aria-describedby`). */
  readonly children: (ids: {
    readonly labelId: string;
    readonly hintId: string;
    readonly fieldId: string;
  }) => ReactNode;
}

/** One setting: its name, what it does, and its control. */
export function Setting({ label, hint, wide = false, problem = null, field = false, children }: SettingProps) {
  const Label = field ? 'label' : 'p';
  const fieldId = useId();
  const labelId = useId();
  const hintId = useId();
  return (
    <div className={cn('flex flex-col gap-x-6 gap-y-2.5 px-4 py-3.5', !wide && 'sm:flex-row sm:items-center')}>
      <div className="min-w-0 flex-1">
        <Label id={labelId} htmlFor={field ? fieldId : undefined} className="block text-sm font-medium">
          {label}
        </Label>
        {hint !== undefined && (
          <p id={hintId} className="mt-0.5 text-[0.8125rem] text-pretty text-ink-soft">
            {hint}
          </p>
        )}
        {problem !== null && (
          <p role="alert" className="mt-1 text-[0.8125rem] text-alarm">
            {problem}
          </p>
        )}
      </div>
      <div className={cn('min-w-0', !wide && 'sm:max-w-[60%] sm:shrink-0')}>
        {children({ labelId, hintId, fieldId })}
      </div>
    </div>
  );
}
