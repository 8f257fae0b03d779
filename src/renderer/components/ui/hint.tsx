import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import { usePortalTarget } from './portal-target.ts';

/** Wrap the page once. */
export const HintProvider = Tooltip.Provider;

/** A short text on hover and focus. It repeats or explains; it never is the only name of a control. */
export function Hint({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        asChild
        // A dialog that was opened by a tap puts the focus on its first control: nobody has asked for its hint.
        onFocus={(event) => {
          if (!event.currentTarget.matches(':focus-visible')) event.preventDefault();
        }}
      >
        {children}
      </Tooltip.Trigger>
      <Tooltip.Portal container={usePortalTarget()}>
        <Tooltip.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 animate-rise rounded-lg bg-ink px-2.5 py-1.5 text-xs text-paper shadow-float"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
