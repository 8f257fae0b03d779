import type { ProviderView } from '../../protocol/views.ts';

/** No provider but the demo can answer: none has a key, and none does without one. */
export function isDemoOnly(providers: readonly ProviderView[]): boolean {
  return providers.length > 0 && providers.every(({ kind, keySource }) => kind === 'demo' || keySource === 'none');
}

const ways = [
  { what: 'OpenAI', command: 'OPENAI_API_KEY=… npm start' },
  { what: 'Anthropic', command: 'ANTHROPIC_API_KEY=… npm start' },
  { what: 'Any compatible server', command: 'OPENAI_BASE_URL=http://localhost:8000/v1 OPENAI_API_KEY=… npm start' },
] as const;

/** How to get from the demo to a model. */
export function DemoHint() {
  return (
    <details className="group rounded-xl border bg-rail text-sm">
      <summary className="flex cursor-pointer list-none flex-wrap items-baseline gap-x-2 rounded-xl px-4 py-3">
        <span className="font-medium">The built-in demo answers.</span>
        <span className="text-ink-soft underline decoration-line-strong underline-offset-3 group-open:no-underline">
          Connect a real model
        </span>
      </summary>
      <div className="px-4 pb-4">
        <p className="text-ink-soft">
          Stop Nightshift and start it again with a key in its environment. Keys stay with the service; this page never
          sees them.
        </p>
        <dl className="mt-3 space-y-2.5">
          {ways.map(({ what, command }) => (
            <div key={what}>
              <dt className="mb-1 text-xs text-ink-faint">{what}</dt>
              <dd className="overflow-x-auto rounded-lg bg-tint px-2.5 py-1.5 font-mono text-[13px] whitespace-nowrap">
                {command}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  );
}
