import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Failure } from '../../protocol/job.ts';
import { showBidiControls } from './bidi-controls.ts';

const titles: Record<Failure['class'], string> = {
  retryable: 'The answer failed',
  'provider-down': 'The provider cannot be reached',
  misconfigured: 'The provider needs other settings',
  rejected: 'The provider refused this request',
  cancelled: 'Stopped',
  bug: 'Nightshift failed',
};

/** Why there is no answer, in our words first, then the provider's own, and what can be done. */
export function FailureCard({ failure, children }: { readonly failure: Failure | null; readonly children: ReactNode }) {
  const more = failure?.providerMessage !== undefined || (failure?.causes?.length ?? 0) > 0;
  return (
    <div
      role="group"
      aria-label="Failure"
      className="rounded-xl border border-alarm-line bg-alarm-tint px-4 py-3.5 text-sm"
    >
      <p className="flex items-center gap-2 font-semibold text-alarm">
        <TriangleAlert size={15} aria-hidden />
        {failure === null ? 'The answer failed' : titles[failure.class]}
      </p>
      <p className="mt-1 wrap-anywhere text-ink">
        {showBidiControls(failure?.message ?? 'The job ended without an answer.')}
      </p>
      {failure !== null && more && (
        <details className="mt-2 text-[13px] text-ink-soft">
          <summary className="w-fit cursor-pointer rounded">The provider’s own words</summary>
          <div className="mt-2 space-y-2 font-mono text-xs wrap-anywhere whitespace-pre-wrap">
            {failure.status !== undefined && <p>HTTP {failure.status}</p>}
            {failure.providerMessage !== undefined && <p dir="auto">{showBidiControls(failure.providerMessage)}</p>}
            {failure.causes?.map((cause, index) => (
              // The chain is fixed once it is here; its order is its identity.
              <p key={index}>caused by: {showBidiControls(cause)}</p>
            ))}
          </div>
        </details>
      )}
      <div className="mt-3 flex flex-wrap gap-2">{children}</div>
    </div>
  );
}
