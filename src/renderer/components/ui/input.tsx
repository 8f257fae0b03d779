import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return (
    <input
      className={cn(
        'h-9 w-full rounded-lg border border-line-strong bg-paper px-3 text-sm text-ink placeholder:text-ink-faint',
        className,
      )}
      {...props}
    />
  );
}
