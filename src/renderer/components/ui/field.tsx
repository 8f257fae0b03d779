import { useId, type ReactNode } from 'react';
import { cn } from './cn.ts';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly className?: string;
  /** The control; `id` ties it to its label, `hintId` to its explanation. */
  readonly children: (ids: { readonly id: string; readonly hintId: string | undefined }) => ReactNode;
}

/** A control of a form below its name, with an explanation below it. */
export function Field({ label, hint, className, children }: FieldProps) {
  const id = useId();
  const hintId = useId();
  return (
    <div className={cn('min-w-0', className)}>
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] font-medium">
        {label}
      </label>
      {children({ id, hintId: hint === undefined ? undefined : hintId })}
      {hint !== undefined && (
        <p id={hintId} className="mt-1 text-xs text-pretty text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}
