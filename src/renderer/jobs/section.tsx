import { useId, type ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly controls?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the job's page. */
export function Section({ title, controls, children }: SectionProps) {
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} className="min-w-0 rounded-xl border bg-raised p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id={titleId} className="text-[0.9375rem] font-semibold tracking-tight">
          {title}
        </h2>
        {controls}
      </div>
      <div className="mt-3">{children}</div>
    </section>
  );
}

/** For a part that is not there yet, or could not be read. */
export function Quiet({ children }: { readonly children: ReactNode }) {
  return <p className="text-sm text-ink-soft">{children}</p>;
}
