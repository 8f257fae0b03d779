import { useTranslation } from 'react-i18next';
import type { ProviderKind } from '../../protocol/provider.ts';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import type { ProviderForm } from './provider-form.ts';

interface NameAndAddressProps {
  readonly form: ProviderForm;
  readonly kind: ProviderKind;
  readonly onChange: (change: Partial<ProviderForm>) => void;
  /** Which of the two is to be filled in first. */
  readonly focus?: 'name' | 'address' | undefined;
}

/** What a provider is called here, and where it is. */
export function NameAndAddress({ form, kind, onChange, focus }: NameAndAddressProps) {
  const { t } = useTranslation('providers');
  const compatible = kind === 'openai-compatible';
  return (
    <>
      <Field label={t('name')}>
        {({ id }) => (
          <Input
            id={id}
            translate="no"
            required
            maxLength={100}
            autoFocus={focus === 'name'}
            value={form.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('baseUrl')} hint={compatible ? t('baseUrlHint') : t('baseUrlOwnHint')}>
        {({ id, hintId }) => (
          <Input
            id={id}
            aria-describedby={hintId}
            translate="no"
            type="url"
            pattern="https?://.+"
            required={compatible}
            placeholder={compatible ? 'https://host/v1' : t('baseUrlDefault')}
            autoFocus={focus === 'address'}
            className="font-mono text-[0.8125rem]"
            value={form.baseUrl}
            onChange={(event) => onChange({ baseUrl: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}
