import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelDetail, ProviderView } from '../../protocol/provider-api.ts';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { Input } from '../components/ui/input.tsx';
import { describeError } from '../connection/refusal.ts';
import { formatCompact, formatMoney, formatNumber } from '../i18n/format.ts';
import { useServices } from '../services.tsx';
import { ModelEditor } from './model-editor.tsx';

/** More are found by typing. */
const shownAtOnce = 100;

interface ModelsDialogProps {
  /** Null: closed. */
  readonly provider: ProviderView | null;
  readonly onClose: () => void;
}

/** A provider's models with context size and prices, each of which can be set. */
export function ModelsDialog({ provider, onClose }: ModelsDialogProps) {
  const { t } = useTranslation('providers');
  return (
    <Dialog
      open={provider !== null}
      onClose={onClose}
      title={t('modelsOf', { name: provider?.name ?? '' })}
      className="w-[min(46rem,calc(100vw-2rem))]"
    >
      {provider !== null && <Models provider={provider} />}
    </Dialog>
  );
}

function Models({ provider }: { readonly provider: ProviderView }) {
  const { t } = useTranslation(['providers', 'common']);
  const { client } = useServices();
  const { id } = provider;
  const [models, setModels] = useState<readonly ModelDetail[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [sought, setSought] = useState('');
  /** The model that is being changed; an empty text: a new one. */
  const [edited, setEdited] = useState<string | null>(null);
  // Another window may have changed them, or the provider's list is a new one.
  const { models: listed } = provider;
  useEffect(() => {
    client.providers.models.query({ id }).then(setModels, (error: unknown) => setProblem(describeError(error)));
  }, [client, id, listed]);
  if (models === null) {
    return (
      <p role={problem === null ? 'status' : 'alert'} className="mt-3 text-sm text-ink-soft">
        {problem === null ? t('common:loading') : <span translate="no">{problem}</span>}
      </p>
    );
  }
  const fitting = models.filter((model) => model.id.toLowerCase().includes(sought.trim().toLowerCase()));
  const done = (next: readonly ModelDetail[]) => {
    setModels(next);
    setEdited(null);
  };
  return (
    <>
      <p className="mt-1 text-sm text-pretty text-ink-soft">{t('modelsHint')}</p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Input
          type="search"
          aria-label={t('findModel')}
          placeholder={t('findModel')}
          className="min-w-40 flex-1"
          value={sought}
          onChange={(event) => setSought(event.target.value)}
        />
        <Button onClick={() => setEdited('')}>{t('addModel')}</Button>
      </div>
      {edited === '' && (
        <div className="mt-3 rounded-xl border bg-tint/50">
          <ModelEditor provider={id} model={null} onDone={done} onCancel={() => setEdited(null)} />
        </div>
      )}
      <ul className="mt-3 max-h-[55vh] divide-y overflow-y-auto rounded-xl border">
        {fitting.slice(0, shownAtOnce).map((model) => (
          <li key={model.id}>
            {edited === model.id ? (
              <ModelEditor provider={id} model={model} onDone={done} onCancel={() => setEdited(null)} />
            ) : (
              <ModelRow model={model} onEdit={() => setEdited(model.id)} />
            )}
          </li>
        ))}
        {fitting.length === 0 && (
          <li className="px-4 py-6 text-center text-sm text-ink-soft">
            {models.length === 0 ? t('noModels') : t('noModelFits')}
          </li>
        )}
      </ul>
      {fitting.length > shownAtOnce && (
        <p className="mt-2 text-xs text-ink-faint">
          {t('moreModels', { shown: shownAtOnce, all: formatNumber(fitting.length) })}
        </p>
      )}
    </>
  );
}

function ModelRow({ model, onEdit }: { readonly model: ModelDetail; readonly onEdit: () => void }) {
  const { t } = useTranslation(['providers', 'common']);
  const { sources } = model;
  const own = Object.values(sources).includes('user');
  const fromTable = Object.values(sources).includes('table') ? model.table : null;
  const price =
    model.inputPrice === undefined && model.outputPrice === undefined
      ? t('priceUnknown')
      : model.inputPrice === 0 && model.outputPrice === 0
        ? t('free')
        : t('price', { input: money(model.inputPrice), output: money(model.outputPrice) });
  return (
    <div className="flex items-center justify-between gap-3 px-3.5 py-2.5">
      <div className="min-w-0">
        <p translate="no" className="truncate font-mono text-[0.8125rem]">
          {model.id}
        </p>
        <p className="flex flex-wrap gap-x-2.5 text-xs text-ink-soft">
          <span>
            {model.contextTokens === undefined
              ? t('contextUnknown')
              : t('context', { tokens: formatCompact(model.contextTokens) })}
          </span>
          <span>{price}</span>
          {model.images === true && <span>{t('takesImages')}</span>}
          {own && <span className="text-lamp-text">{model.listed ? t('setByYou') : t('addedByYou')}</span>}
          {fromTable !== null && (
            <span className="text-ink-faint" title={fromTable.source}>
              {t('fromTable', { date: fromTable.asOf })}
            </span>
          )}
        </p>
      </div>
      <Button size="small" variant="ghost" aria-label={t('editModel', { model: model.id })} onClick={onEdit}>
        {t('common:edit')}
      </Button>
    </div>
  );
}

function money(price: number | undefined): string {
  return price === undefined ? '?' : formatMoney(price);
}
