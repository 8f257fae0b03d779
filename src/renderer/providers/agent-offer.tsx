import { useSelector } from '@xstate/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderView } from '../../protocol/provider-api.ts';
import { Button } from '../components/ui/button.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { useServices } from '../services.tsx';
import { createAgentFor } from './create-agent.ts';
import { ModelSelect, suggestedModel } from './model-select.tsx';

interface AgentOfferProps {
  readonly provider: ProviderView;
  readonly onDone: () => void;
}

/** A provider alone answers nobody: somebody has to ask it. Offered while no agent uses it. */
export function AgentOffer({ provider: { id }, onDone }: AgentOfferProps) {
  const { t } = useTranslation(['providers', 'common']);
  const services = useServices();
  const provider = useSelector(services.providers, (all) => all.find((known) => known.id === id));
  const used = useSelector(services.agents, ({ all }) => all.some(({ model }) => model.startsWith(`${id}/`)));
  const [chosen, setChosen] = useState<string | null>(null);
  const request = useRequest();
  if (provider === undefined || used || provider.models.length === 0) return null;
  const model = chosen ?? suggestedModel(provider);
  return (
    <div className="mb-3 flex flex-wrap items-end gap-3 rounded-xl border border-line-strong bg-lamp-tint px-4 py-3">
      <div className="min-w-48 flex-1">
        <p className="mb-1.5 text-sm">
          {t('offerAgent')}{' '}
          <span translate="no" className="font-medium">
            {provider.name}
          </span>
        </p>
        <ModelSelect provider={provider} value={model} onChange={setChosen} />
      </div>
      <Button
        variant="primary"
        disabled={request.running}
        onClick={() => request.run(() => createAgentFor(services, provider, model), onDone)}
      >
        {t('createAgent')}
      </Button>
      <Button variant="ghost" onClick={onDone}>
        {t('notNow')}
      </Button>
      {request.problem !== null && (
        <p role="alert" translate="no" className="w-full text-[0.8125rem] text-alarm">
          {request.problem}
        </p>
      )}
    </div>
  );
}
