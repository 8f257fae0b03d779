import { useSelector } from '@xstate/react';
import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderView } from '../../protocol/provider-api.ts';
import { useCommands } from '../commands/commands.ts';
import { Button } from '../components/ui/button.tsx';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { startWelcome } from '../welcome/welcome-setting.ts';
import { AgentOffer } from './agent-offer.tsx';
import { LocalServerList } from './local-servers.tsx';
import { ModelsDialog } from './models-dialog.tsx';
import { ProviderCard } from './provider-card.tsx';
import { ProviderDialog } from './provider-dialog.tsx';
import { RemoveProviderDialog } from './remove-provider-dialog.tsx';

type Open = { readonly what: 'edit' | 'models' | 'remove'; readonly id: string } | { readonly what: 'new' } | null;

/** Providers with their state, and all that can be done with them. */
export function ProvidersSection() {
  const { t } = useTranslation('providers');
  const services = useServices();
  const providers = useSelector(services.providers, (all) => all);
  const [open, setOpen] = useState<Open>(null);
  const [added, setAdded] = useState<ProviderView | null>(null);
  const close = () => setOpen(null);
  const subject = (what: NonNullable<Open>['what']) =>
    open?.what === what && 'id' in open ? (providers.find(({ id }) => id === open.id) ?? null) : null;
  useCommands(
    useMemo(
      () => [
        { id: 'providers.add', title: t('addTitle'), group: t('group'), run: () => setOpen({ what: 'new' }) },
        {
          id: 'welcome.start',
          title: t('startWelcome'),
          group: t('group'),
          run: () => void startWelcome(services).then(() => navigate({ page: 'new' })),
        },
      ],
      [t, services],
    ),
  );
  return (
    <>
      <p className="mb-5 text-sm text-pretty text-ink-soft">{t('intro')}</p>
      <LocalServerList onAdded={setAdded} />
      <div className="mb-3 flex items-center justify-between gap-3">
        <h3 className="text-[0.8125rem] font-medium text-ink-faint">{t('configured')}</h3>
        <Button size="small" variant="primary" onClick={() => setOpen({ what: 'new' })}>
          <Plus size={14} aria-hidden />
          {t('addTitle')}
        </Button>
      </div>
      {added !== null && <AgentOffer provider={added} onDone={() => setAdded(null)} />}
      <ul className="space-y-3">
        {providers.map((provider) => (
          <ProviderCard
            key={provider.id}
            provider={provider}
            onEdit={() => setOpen({ what: 'edit', id: provider.id })}
            onModels={() => setOpen({ what: 'models', id: provider.id })}
            onRemove={() => setOpen({ what: 'remove', id: provider.id })}
          />
        ))}
      </ul>
      <p className="mt-6 flex flex-wrap items-center justify-between gap-3 text-[0.8125rem] text-ink-soft">
        {t('welcomeHint')}
        <Button
          size="small"
          onClick={() => {
            void startWelcome(services).then(() => navigate({ page: 'new' }));
          }}
        >
          {t('startWelcome')}
        </Button>
      </p>
      <ProviderDialog
        about={open?.what === 'new' ? 'new' : subject('edit')}
        onKept={(provider) => {
          close();
          setAdded(provider);
        }}
        onClose={close}
      />
      <ModelsDialog provider={subject('models')} onClose={close} />
      <RemoveProviderDialog provider={subject('remove')} onClose={close} />
    </>
  );
}
