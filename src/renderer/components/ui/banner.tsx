import type { ReactNode } from 'react';

interface BannerProps {
  /** Names it for those who do not see it. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

/** Above the page's content: something concerns all of it. */
export function Banner({ label, icon, children }: BannerProps) {
  return (
    <div
      role="alert"
      aria-label={label}
      className="flex animate-rise flex-wrap items-center gap-x-3 gap-y-2 border-b bg-lamp-tint px-4 py-2.5 text-sm"
    >
      <span className="text-lamp-text">{icon}</span>
      {children}
    </div>
  );
}
