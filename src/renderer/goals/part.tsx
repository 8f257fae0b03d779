import type { ReactNode } from 'react';

/** A piece of what there is to say of a task or a goal, below its name. */
export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1 text-xs font-medium text-ink-faint">{title}</h3>
      {children}
    </div>
  );
}
