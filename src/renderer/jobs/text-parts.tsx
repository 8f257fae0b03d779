import type { ReactNode } from 'react';

export function TextLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <a href={to} className="text-lamp-text underline-offset-2 hover:underline">
      {children}
    </a>
  );
}

/** Names, ids and what others wrote: never translated. */
export function Foreign({ className, children }: { readonly className?: string; readonly children: ReactNode }) {
  return (
    <span translate="no" className={className}>
      {children}
    </span>
  );
}
