import { Check } from 'lucide-react';
import { DropdownMenu as Menu } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';
import { usePortalTarget } from './portal-target.ts';

/** Not modal: a modal menu locks scrolling with a <style> that the CSP refuses, and the page need not stand still. */
export function DropdownMenu(props: ComponentProps<typeof Menu.Root>) {
  return <Menu.Root modal={false} {...props} />;
}
export const DropdownMenuTrigger = Menu.Trigger;
export const DropdownMenuRadioGroup = Menu.RadioGroup;

export function DropdownMenuContent({ className, ...props }: ComponentProps<typeof Menu.Content>) {
  return (
    <Menu.Portal container={usePortalTarget()}>
      <Menu.Content
        sideOffset={6}
        collisionPadding={8}
        className={cn(
          'z-40 min-w-40 animate-rise overflow-hidden rounded-xl border bg-raised p-1 text-sm text-ink shadow-float',
          className,
        )}
        {...props}
      />
    </Menu.Portal>
  );
}

const item =
  'flex items-center gap-2 rounded-lg px-2.5 py-1.5 outline-none select-none data-highlighted:bg-tint-strong data-disabled:opacity-45';

export function DropdownMenuItem({
  className,
  danger = false,
  ...props
}: ComponentProps<typeof Menu.Item> & { readonly danger?: boolean }) {
  return <Menu.Item className={cn(item, danger && 'text-alarm', className)} {...props} />;
}

export function DropdownMenuRadioItem({ className, children, ...props }: ComponentProps<typeof Menu.RadioItem>) {
  return (
    <Menu.RadioItem className={cn(item, 'pr-8', className)} {...props}>
      {children}
      <Menu.ItemIndicator className="absolute right-3">
        <Check size={15} aria-hidden className="text-lamp-text" />
      </Menu.ItemIndicator>
    </Menu.RadioItem>
  );
}
