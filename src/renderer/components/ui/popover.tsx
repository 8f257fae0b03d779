import { Popover as Radix } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { usePortalTarget } from './portal-target.ts';

export const Popover = Radix.Root;
export const PopoverTrigger = Radix.Trigger;

export function PopoverContent({ className, ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal container={usePortalTarget()}>
      <Radix.Content
        sideOffset={8}
        collisionPadding={12}
        className={cn(
          'z-40 w-80 max-w-[calc(100vw-1.5rem)] animate-rise rounded-2xl border bg-raised p-4 text-sm text-ink shadow-float outline-none',
          className,
        )}
        {...props}
      />
    </Radix.Portal>
  );
}
