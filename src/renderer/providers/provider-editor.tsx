import { useSelector } from '@xstate/react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderTrial, ProviderView } from '../../protocol/provider-api.ts';
import { Button } from '../components/ui/button.tsx';
import { DialogActions } from '../components/ui/dialog.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { useServices } from '../services.tsx';
import { AdvancedFields } from './advanced-fields.tsx';
import { KeyField } from './key-field.tsx';
import { NameAndAddress } from './name-and-address.tsx';
import { presets } from './presets.ts';
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
  const asked = preset?.asks !== undefined || models.length > 0;
  // Who comes with a name and an address needs nothing but a key.
  const known = preset ?? presets.find(({ id }) => id === provider?.id && provider.builtIn);
  const plain = known !== undefined && known.ownAddress !== true;
  const spec = () => specOf(form, subject, taken);
  const nameAndAddress = (
    <NameAndAddress
      form={form}
      kind={kind}
      onChange={change}
      {...(plain ? {} : { focus: preset === undefined ? undefined : preset.name === '' ? 'name' : 'address' })}
    />
  );
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        trial.tryAndKeep(spec(), form.model);
      }}
    >
      <fieldset disabled={busy} className="min-w-0 space-y-4">
        {!plain && nameAndAddress}
        <KeyField
          apiKey={form.apiKey}
          onChange={(apiKey) => change({ apiKey })}
          fromEnvironment={provider?.keySource === 'environment'}
          required={known?.needsKey === true && form.apiKey !== null}
          {...(known?.keysAt === undefined ? {} : { keysAt: known.keysAt })}
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
                <datalist id={modelsId} translate="no">
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
        <AdvancedFields form={form} onChange={change} keptHeaders={provider?.headerNames ?? []}>
          {plain && nameAndAddress}
        </AdvancedFields>
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
