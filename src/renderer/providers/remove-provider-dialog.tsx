import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderUses, ProviderView } from '../../protocol/provider-api.ts';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { describeError } from '../connection/refusal.ts';
import { useRequest } from '../conversations/use-request.ts';
import { useServices } from '../services.tsx';

interface RemoveProviderDialogProps {
  /** Null: closed. */
  readonly provider: ProviderView | null;
  readonly onClose: () => void;
}

/** Says who would be without it first. A built-in provider stays, and loses its key. */
export function RemoveProviderDialog({ provider, onClose }: RemoveProviderDialogProps) {
  const { t } = useTranslation('providers');
  return (
    <Dialog
      open={provider !== null}
      onClose={onClose}
      title={
        provider?.builtIn === true
          ? t('removeKeyTitle', { name: provider.name })
          : t('removeTitle', { name: provider?.name ?? '' })
      }
    >
      {provider !== null && <Question provider={provider} onClose={onClose} />}
    </Dialog>
  );
}

function Question({ provider, onClose }: { readonly provider: ProviderView; readonly onClose: () => void }) {
  const { t } = useTranslation(['providers', 'common']);
  const { client } = useServices();
  const { id, kind, builtIn } = provider;
  const [uses, setUses] = useState<ProviderUses | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const request = useRequest();
  useEffect(() => {
    client.providers.uses.query({ id }).then(setUses, (error: unknown) => setProblem(describeError(error)));
  }, [client, id]);
  const remove = () =>
    request.run(
      () => (builtIn ? client.providers.set.mutate({ id, kind, apiKey: '' }) : client.providers.remove.mutate({ id })),
      onClose,
    );
  return (
    <>
      <div className="mt-1.5 space-y-2 text-sm text-ink-soft">
        <p>{builtIn ? t('removeKeyWhat') : t('removeWhat')}</p>
        {uses !== null && uses.agents.length > 0 && (
          <>
            <p className="text-ink">{t('removeAgents', { count: uses.agents.length })}</p>
            <ul className="max-h-40 list-disc space-y-0.5 overflow-y-auto pl-5">
              {uses.agents.map((agent) => (
                <li key={agent.id}>
                  <span translate="no">{agent.name}</span>
                  {agent.fallback && ` ${t('asFallback')}`}
                </li>
              ))}
            </ul>
          </>
        )}
        {uses !== null && uses.openJobs > 0 && <p className="text-ink">{t('removeJobs', { count: uses.openJobs })}</p>}
        {uses !== null && uses.agents.length === 0 && uses.openJobs === 0 && <p>{t('removeUnused')}</p>}
        {(request.problem ?? problem) !== null && (
          <p role="alert" translate="no" className="text-alarm">
            {request.problem ?? problem}
          </p>
        )}
      </div>
      <DialogActions>
        <Button onClick={onClose} autoFocus>
          {t('keep')}
        </Button>
        <Button variant="danger" disabled={request.running || uses === null} onClick={remove}>
          {builtIn ? t('removeKey') : t('common:remove')}
        </Button>
      </DialogActions>
    </>
  );
}
