import { useSelector } from '@xstate/react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderTrial } from '../../protocol/provider-api.ts';
import type { ProviderView } from '../../protocol/views.ts';
import { Button } from '../components/ui/button.tsx';
import { DialogActions } from '../components/ui/dialog.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { useServices } from '../services.tsx';
import { AdvancedFields } from './advanced-fields.tsx';
import { KeyField } from './key-field.tsx';
import { formOf, specOf, type ProviderForm, type Subject } from './provider-form.ts';
import { TrialResult } from './trial-result.tsx';
import { useTrial } from './use-trial.ts';

interface ProviderEditorProps {
  readonly subject: Subject;
  readonly onKept: (provider: ProviderView, trial: ProviderTrial | null) => void;
  readonly onCancel: () => void;
  /** The word on the button that leads away; absent: "Cancel". */
  readonly cancelLabel?: string;
}

/** The form for one provider. It is tested by a real call, and kept when that works or when the user says so. */
export function ProviderEditor({ subject, onKept, onCancel, cancelLabel }: ProviderEditorProps) {
  const { t } = useTranslation(['providers', 'common']);
  const { providers } = useServices();
  const taken = useSelector(providers, (all) => all.map(({ id }) => id).join(' ')).split(' ');
  const [form, setForm] = useState<ProviderForm>(() => formOf(subject));
  const trial = useTrial(onKept);
  const modelsId = useId();
  const change = (next: Partial<ProviderForm>) => {
    setForm((before) => ({ ...before, ...next }));
    trial.forget();
  };
  const preset = 'preset' in subject ? subject.preset : undefined;
  const provider = 'provider' in subject ? subject.provider : undefined;
  const kind = provider?.kind ?? preset?.kind ?? 'openai-compatible';
  const busy = trial.step !== 'idle';
  const models = trial.result?.models ?? provider?.models ?? [];
  const asked = provider !== undefined || preset?.asks !== undefined || models.length > 0;
  const spec = () => specOf(form, subject, taken);
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        trial.tryAndKeep(spec(), form.model);
      }}
    >
      <fieldset disabled={busy} className="min-w-0 space-y-4">
        <Field label={t('name')}>
          {({ id }) => (
            <Input
              id={id}
              translate="no"
              required
              maxLength={100}
              autoFocus={preset?.name === ''}
              value={form.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        {(kind === 'openai-compatible' || provider !== undefined) && (
          <Field label={t('baseUrl')} hint={kind === 'openai-compatible' ? t('baseUrlHint') : t('baseUrlOwnHint')}>
            {({ id, hintId }) => (
              <Input
                id={id}
                aria-describedby={hintId}
                translate="no"
                type="url"
                pattern="https?://.+"
                required={kind === 'openai-compatible'}
                placeholder={kind === 'openai-compatible' ? 'https://host/v1' : t('baseUrlDefault')}
                autoFocus={preset?.ownAddress === true && preset.name !== ''}
                className="font-mono text-[0.8125rem]"
                value={form.baseUrl}
                onChange={(event) => change({ baseUrl: event.target.value })}
              />
            )}
          </Field>
        )}
        <KeyField
          apiKey={form.apiKey}
          onChange={(apiKey) => change({ apiKey })}
          fromEnvironment={provider?.keySource === 'environment'}
          required={preset?.needsKey === true}
          {...(preset?.keysAt === undefined ? {} : { keysAt: preset.keysAt })}
        />
        {asked && (
          <Field label={t('askModel')} hint={preset?.asks === undefined ? t('askModelHint') : t('askModelPublic')}>
            {({ id, hintId }) => (
              <>
                <Input
                  id={id}
                  aria-describedby={hintId}
                  translate="no"
                  list={modelsId}
                  maxLength={200}
                  className="font-mono text-[0.8125rem]"
                  value={form.model}
                  onChange={(event) => change({ model: event.target.value })}
                />
                <datalist id={modelsId}>
                  {models.map((model) => (
                    <option key={model.id} value={model.id}>
                      {model.id}
                    </option>
                  ))}
                </datalist>
              </>
            )}
          </Field>
        )}
        <AdvancedFields form={form} onChange={change} keptHeaders={provider?.headerNames ?? []} />
      </fieldset>
      {trial.step === 'trying' && (
        <p role="status" className="text-sm text-ink-soft">
          {t('trying')}
        </p>
      )}
      {trial.result !== null && <TrialResult trial={trial.result} />}
      {trial.problem !== null && (
        <p role="alert" translate="no" className="text-sm text-alarm">
          {trial.problem}
        </p>
      )}
      <DialogActions>
        <Button onClick={onCancel}>{cancelLabel ?? t('common:cancel')}</Button>
        {trial.result?.ok === false && (
          <Button disabled={busy} onClick={() => trial.keep(spec())}>
            {t('saveAnyway')}
          </Button>
        )}
        <Button type="submit" variant="primary" disabled={busy}>
          {trial.result?.ok === false ? t('testAgain') : t('testAndSave')}
        </Button>
      </DialogActions>
    </form>
  );
}
