/** Trying a provider out before it is kept: one call that says how it went, then one that keeps it. */
import { useState } from 'react';
import type { ProviderSpec } from '../../protocol/api.ts';
import type { ProviderTrial, ProviderView } from '../../protocol/provider-api.ts';
import { describeError } from '../connection/refusal.ts';
import { useServices } from '../services.tsx';

export type TrialStep = 'idle' | 'trying' | 'saving';

export interface Trial {
  readonly step: TrialStep;
  readonly result: ProviderTrial | null;
  /** Why a call was refused, or that its answer was lost. */
  readonly problem: string | null;
  /** Tries it, and keeps it where it works. */
  tryAndKeep(spec: ProviderSpec, model: string): void;
  /** Keeps it whatever the test said. */
  keep(spec: ProviderSpec): void;
  /** What was found out is about other settings than these. */
  forget(): void;
}

export function useTrial(onKept: (provider: ProviderView, trial: ProviderTrial | null) => void): Trial {
  const { client } = useServices();
  const [step, setStep] = useState<TrialStep>('idle');
  const [result, setResult] = useState<ProviderTrial | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const keep = async (spec: ProviderSpec, trial: ProviderTrial | null) => {
    setStep('saving');
    const provider = await client.providers.set.mutate(spec);
    if (trial?.ok === true) {
      // It has just worked, so this fetches the list of its models and ends what was wrong with it before.
      await client.providers.test.mutate({ id: provider.id });
    }
    onKept(provider, trial);
  };
  const tryOut = async (spec: ProviderSpec, model: string) => {
    setStep('trying');
    const { id, kind, baseUrl, apiKey, headers, timeouts } = spec;
    const draft = { id, kind, baseUrl, apiKey, headers, timeouts };
    const trial = await client.providers.tryOut.mutate(model.trim() === '' ? draft : { ...draft, model });
    setResult(trial);
    if (trial.ok) await keep(spec, trial);
  };
  const run = (work: () => Promise<void>) => {
    setProblem(null);
    work().then(
      () => setStep('idle'),
      (error: unknown) => {
        setStep('idle');
        setProblem(describeError(error));
      },
    );
  };
  return {
    step,
    result,
    problem,
    tryAndKeep: (spec, model) => {
      setResult(null);
      run(() => tryOut(spec, model));
    },
    keep: (spec) => run(() => keep(spec, null)),
    forget: () => {
      setResult(null);
      setProblem(null);
    },
  };
}
