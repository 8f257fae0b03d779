import { useSelector } from '@xstate/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentId } from '../../protocol/ids.ts';
import type { ProviderTrial } from '../../protocol/provider-api.ts';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/input.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { createAgentFor } from '../providers/create-agent.ts';
import { ModelSelect, suggestedModel, talkingModels } from '../providers/model-select.tsx';
import { TrialResult } from '../providers/trial-result.tsx';
import { useServices } from '../services.tsx';

interface ModelStepProps {
  readonly providerId: string;
  readonly onAgent: (id: AgentId) => void;
  readonly onBack: () => void;
}

/** Which model, and whether it answers; then there is an agent that asks it. */
export function ModelStep({ providerId, onAgent, onBack }: ModelStepProps) {
  const { t } = useTranslation(['welcome', 'providers', 'common']);
  const services = useServices();
  const provider = useSelector(services.providers, (all) => all.find(({ id }) => id === providerId));
  const agents = useSelector(services.agents, ({ all }) => all);
  const [chosen, setChosen] = useState<string | null>(null);
  const [trial, setTrial] = useState<ProviderTrial | null>(null);
  const request = useRequest();
  if (provider === undefined) {
    return (
      <p role="status" className="mt-2 text-sm text-ink-soft">
        {t('common:loading')}
      </p>
    );
  }
  const model = chosen ?? suggestedModel(provider);
  const choose = (next: string) => {
    setChosen(next);
    setTrial(null);
  };
  const goOn = () =>
    request.run(
      async () => {
        // A model that was not tried yet is: the first question should not be the one that fails.
        if (provider.kind !== 'demo' && trial?.ok !== true) {
          const { id, kind } = provider;
          const result = await services.client.providers.tryOut.mutate({ id, kind, model });
          setTrial(result);
          if (!result.ok) return;
        }
        const known = agents.find((agent) => agent.model === `${provider.id}/${model}`);
        onAgent((known ?? (await createAgentFor(services, provider, model))).id);
      },
      () => {},
    );
  const isDemo = provider.kind === 'demo';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        goOn();
      }}
    >
      <p className="mt-1 text-sm text-pretty text-ink-soft">{isDemo ? t('demoWhat') : t('modelHint')}</p>
      {!isDemo && (
        <div className="mt-4">
          {talkingModels(provider).length > 0 ? (
            <ModelSelect provider={provider} value={model} onChange={choose} />
          ) : (
            <Input
              aria-label={t('providers:modelName')}
              placeholder={t('providers:modelName')}
              translate="no"
              required
              value={model}
              onChange={(event) => choose(event.target.value)}
            />
          )}
        </div>
      )}
      {trial !== null && (
        <div className="mt-3">
          <TrialResult trial={trial} />
        </div>
      )}
      {request.problem !== null && (
        <p role="alert" translate="no" className="mt-3 text-sm text-alarm">
          {request.problem}
        </p>
      )}
      <div className="mt-5 flex flex-wrap items-center justify-end gap-2">
        {request.running && (
          <p role="status" className="mr-auto text-sm text-ink-soft">
            {t('providers:trying')}
          </p>
        )}
        <Button disabled={request.running} onClick={onBack}>
          {t('common:back')}
        </Button>
        <Button type="submit" variant="primary" disabled={request.running || model.trim() === ''}>
          {isDemo ? t('goOn') : trial?.ok === false ? t('tryAgain') : t('testAndGoOn')}
        </Button>
      </div>
    </form>
  );
}
