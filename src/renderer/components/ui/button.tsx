import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const buttonVariants = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-lg font-medium whitespace-nowrap select-none transition-colors duration-150 disabled:pointer-events-none [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-lamp text-on-lamp hover:bg-lamp-strong disabled:bg-tint-strong disabled:text-ink-faint',
        outline: 'border border-line-strong bg-raised text-ink hover:bg-tint disabled:text-ink-faint',
        ghost:
          'text-ink-soft hover:bg-tint-strong/70 hover:text-ink disabled:opacity-45 aria-expanded:bg-tint-strong/70',
        danger: 'bg-alarm text-paper hover:opacity-90 disabled:opacity-45',
      },
      size: {
        medium: 'h-9 px-3.5 text-sm',
        small: 'h-7 px-2.5 text-[0.8125rem]',
        icon: 'size-9',
        'small-icon': 'size-7',
      },
    },
    defaultVariants: { variant: 'outline', size: 'medium' },
  },
);

export type ButtonProps = ComponentProps<'button'> & VariantProps<typeof buttonVariants>;

export function Button({ className, variant, size, type = 'button', ...props }: ButtonProps) {
  return <button type={type} className={cn(buttonVariants({ variant, size }), className)} {...props} />;
}
