import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelEdit } from '../../protocol/provider.ts';
import type { ModelDetail, ModelField } from '../../protocol/provider-api.ts';
import { Button } from '../components/ui/button.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { Select } from '../components/ui/select.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { useServices } from '../services.tsx';

interface ModelEditorProps {
  readonly provider: string;
  /** Null: one that the provider does not list. */
  readonly model: ModelDetail | null;
  readonly onDone: (models: readonly ModelDetail[]) => void;
  readonly onCancel: () => void;
}

const prices = ['inputPrice', 'outputPrice', 'cachedInputPrice'] as const;
type Texts = Record<'contextTokens' | (typeof prices)[number], string>;

/** Sets what is known of one model. What is left as it was stays with the provider; what is emptied counts as unknown. */
export function ModelEditor({ provider, model, onDone, onCancel }: ModelEditorProps) {
  const { t } = useTranslation(['providers', 'common']);
  const { client } = useServices();
  const [name, setName] = useState(model?.id ?? '');
  const [texts, setTexts] = useState<Texts>(() => textsOf(model));
  const [images, setImages] = useState<'yes' | 'no' | ''>(imagesOf(model));
  const request = useRequest();
  const own = model !== null && Object.values(model.sources).includes('user');
  const save = () => {
    const before = textsOf(model);
    const edit: ModelEdit = { id: name.trim() };
    const isSet = (field: ModelField) => model?.sources[field] === 'user';
    if (texts.contextTokens !== before.contextTokens || isSet('contextTokens')) {
      edit.contextTokens = numberOf(texts.contextTokens, 1);
    }
    for (const field of prices) {
      if (texts[field] !== before[field] || isSet(field)) edit[field] = numberOf(texts[field], 1_000_000);
    }
    if (images !== imagesOf(model) || isSet('images')) edit.images = images === '' ? null : images === 'yes';
    request.run(
      async () => onDone(await client.providers.editModel.mutate({ provider, model: edit })),
      () => {},
    );
  };
  const forget = () => {
    if (model === null) return;
    request.run(
      async () => onDone(await client.providers.forgetModel.mutate({ provider, model: model.id })),
      () => {},
    );
  };
  return (
    <form
      className="space-y-3 px-3.5 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {model === null ? (
        <Field label={t('modelName')} hint={t('modelNameHint')}>
          {({ id, hintId }) => (
            <Input
              id={id}
              aria-describedby={hintId}
              translate="no"
              required
              autoFocus
              maxLength={200}
              className="font-mono text-[0.8125rem]"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      ) : (
        <p translate="no" className="font-mono text-[0.8125rem] font-medium wrap-anywhere">
          {model.id}
        </p>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('contextTokens')}>
          {({ id }) => (
            <Input
              id={id}
              type="number"
              min={100}
              max={100_000_000}
              step={1}
              placeholder={t('unknown')}
              autoFocus={model !== null}
              value={texts.contextTokens}
              onChange={(event) => setTexts({ ...texts, contextTokens: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('images')}>
          {({ id }) => (
            <Select
              id={id}
              className="w-full"
              value={images}
              onChange={(event) => {
                const { value } = event.target;
                setImages(value === 'yes' || value === 'no' ? value : '');
              }}
            >
              <option value="">{t('unknown')}</option>
              <option value="yes">{t('yes')}</option>
              <option value="no">{t('no')}</option>
            </Select>
          )}
        </Field>
      </div>
      <div className="grid gap-3 sm:grid-cols-3">
        {prices.map((field) => (
          <Field key={field} label={t(field)}>
            {({ id }) => (
              <Input
                id={id}
                type="number"
                min={0}
                max={1_000_000}
                step="any"
                placeholder={t('unknown')}
                value={texts[field]}
                onChange={(event) => setTexts({ ...texts, [field]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <p className="text-xs text-ink-faint">{t('pricesHint')}</p>
      {request.problem !== null && (
        <p role="alert" translate="no" className="text-[0.8125rem] text-alarm">
          {request.problem}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        {own && (
          <Button size="small" variant="ghost" className="mr-auto" disabled={request.running} onClick={forget}>
            {model.listed ? t('takeBack') : t('common:remove')}
          </Button>
        )}
        <Button size="small" onClick={onCancel}>
          {t('common:cancel')}
        </Button>
        <Button size="small" type="submit" variant="primary" disabled={request.running}>
          {t('common:save')}
        </Button>
      </div>
    </form>
  );
}

function textsOf(model: ModelDetail | null): Texts {
  const dollars = (price: number | undefined) => (price === undefined ? '' : String(price / 1_000_000));
  return {
    contextTokens: model?.contextTokens === undefined ? '' : String(model.contextTokens),
    inputPrice: dollars(model?.inputPrice),
    outputPrice: dollars(model?.outputPrice),
    cachedInputPrice: dollars(model?.cachedInputPrice),
  };
}

function imagesOf(model: ModelDetail | null): 'yes' | 'no' | '' {
  return model?.images === undefined ? '' : model.images ? 'yes' : 'no';
}

function numberOf(text: string, factor: number): number | null {
  return text.trim() === '' ? null : Math.round(Number(text) * factor);
}
