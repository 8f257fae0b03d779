import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** The browser's own list: with keys, on phones and with a screen reader it is what people know. */
export function Select({ className, children, ...props }: ComponentProps<'select'>) {
  return (
    <span className={cn('relative inline-block max-w-full', className)}>
      <select
        className="h-9 w-full appearance-none truncate rounded-lg border border-line-strong bg-paper pr-9 pl-3 text-sm text-ink"
        {...props}
      >
        {children}
      </select>
      <ChevronDown
        size={15}
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-3 -translate-y-1/2 text-ink-faint"
      />
    </span>
  );
}
