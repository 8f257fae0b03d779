import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';

interface KeyFieldProps {
  /** Null: one is kept, and stays. */
  readonly apiKey: string | null;
  readonly onChange: (apiKey: string) => void;
  readonly fromEnvironment: boolean;
  readonly required: boolean;
  /** Where keys are made. */
  readonly keysAt?: string;
}

/** A key goes in here, and never comes back. */
export function KeyField({ apiKey, onChange, fromEnvironment, required, keysAt }: KeyFieldProps) {
  const { t } = useTranslation('providers');
  if (fromEnvironment) {
    return (
      <div>
        <p className="mb-1 text-[0.8125rem] font-medium">{t('key')}</p>
        <p className="text-sm text-ink-soft">{t('keyFromEnvironment')}</p>
      </div>
    );
  }
  if (apiKey === null) {
    return (
      <div>
        <p className="mb-1 text-[0.8125rem] font-medium">{t('key')}</p>
        <p className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-ink-soft">
          {t('keyKept')}
          <Button size="small" onClick={() => onChange('')}>
            {t('replaceKey')}
          </Button>
        </p>
      </div>
    );
  }
  return (
    <Field
      label={required ? t('key') : t('keyOptional')}
      hint={
        <>
          {t('keyHint')}{' '}
          {keysAt !== undefined && (
            <a
              href={keysAt}
              target="_blank"
              rel="noopener noreferrer"
              className="text-lamp-text underline underline-offset-3"
            >
              {t('keysAt', { where: new URL(keysAt).host })}
            </a>
          )}
        </>
      }
    >
      {({ id, hintId }) => (
        <Input
          id={id}
          aria-describedby={hintId}
          type="password"
          // Not a password of this site: a manager must not offer one, nor keep this.
          autoComplete="off"
          data-1p-ignore
          data-lpignore="true"
          spellCheck={false}
          required={required}
          maxLength={1_000}
          autoFocus={required}
          value={apiKey}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
