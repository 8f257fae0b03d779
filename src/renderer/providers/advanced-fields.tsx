import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import type { HeaderField, ProviderForm } from './provider-form.ts';

interface AdvancedFieldsProps {
  readonly form: ProviderForm;
  readonly onChange: (change: Partial<ProviderForm>) => void;
  /** Headers that are kept; their values are not known here. */
  readonly keptHeaders: readonly string[];
  /** Goes before the rest. */
  readonly children?: ReactNode;
}

const limits = ['requestsPerMinute', 'tokensPerMinute', 'concurrency'] as const;
const waits = [
  { name: 'firstContentSeconds', label: 'firstContent', hint: 'firstContentHint' },
  { name: 'idleSeconds', label: 'idle', hint: 'idleHint' },
] as const;

/** What few need: limits, waits, headers. */
export function AdvancedFields({ form, onChange, keptHeaders, children }: AdvancedFieldsProps) {
  const { t } = useTranslation('providers');
  return (
    <details
      className="group rounded-xl border"
      // What has to be mended must be seen.
      onInvalidCapture={(event) => {
        event.currentTarget.open = true;
      }}
    >
      <summary className="cursor-pointer rounded-xl px-3.5 py-2.5 text-sm font-medium text-ink-soft">
        {t('advanced')}
      </summary>
      <div className="space-y-4 px-3.5 pb-4">
        {children}
        <div className="grid gap-3 sm:grid-cols-3">
          {limits.map((name) => (
            <Field key={name} label={t(name)} hint={name === 'concurrency' ? t('concurrencyHint') : t('limitHint')}>
              {({ id, hintId }) => (
                <Input
                  id={id}
                  aria-describedby={hintId}
                  type="number"
                  min={1}
                  step={1}
                  placeholder={t('noLimit')}
                  value={form[name]}
                  onChange={(event) => onChange({ [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        <div className="grid gap-3 sm:grid-cols-2">
          {waits.map(({ name, label, hint }) => (
            <Field key={name} label={t(label)} hint={t(hint)}>
              {({ id, hintId }) => (
                <Input
                  id={id}
                  aria-describedby={hintId}
                  type="number"
                  required
                  min={0.1}
                  max={3_600}
                  step="any"
                  value={form[name]}
                  onChange={(event) => onChange({ [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        <Headers headers={form.headers} kept={keptHeaders} onChange={(headers) => onChange({ headers })} />
      </div>
    </details>
  );
}

function Headers({
  headers,
  kept,
  onChange,
}: {
  readonly headers: readonly HeaderField[] | null;
  readonly kept: readonly string[];
  readonly onChange: (headers: readonly HeaderField[]) => void;
}) {
  const { t } = useTranslation('providers');
  const set = (index: number, change: Partial<HeaderField>) =>
    onChange((headers ?? []).map((header, at) => (at === index ? { ...header, ...change } : header)));
  return (
    <fieldset>
      <legend className="mb-1 text-[0.8125rem] font-medium">{t('headers')}</legend>
      <p className="mb-2 text-xs text-pretty text-ink-faint">{t('headersHint')}</p>
      {headers === null ? (
        <p className="flex flex-wrap items-center gap-2 text-[0.8125rem] text-ink-soft">
          <span translate="no" className="font-mono wrap-anywhere">
            {kept.join(', ')}
          </span>
          <Button size="small" onClick={() => onChange(kept.map((name) => ({ name, value: '' })))}>
            {t('enterAgain')}
          </Button>
        </p>
      ) : (
        <ul className="space-y-2">
          {headers.map((header, index) => (
            // Rows have no identity but their place.
            <li key={index} className="flex gap-2">
              <Input
                aria-label={t('headerName')}
                translate="no"
                placeholder="X-Name"
                pattern="[A-Za-z0-9\-]{1,100}"
                value={header.name}
                onChange={(event) => set(index, { name: event.target.value })}
              />
              <Input
                aria-label={t('headerValue')}
                type="password"
                autoComplete="off"
                value={header.value}
                onChange={(event) => set(index, { value: event.target.value })}
              />
              <Button
                variant="ghost"
                size="icon"
                aria-label={t('removeHeader')}
                onClick={() => onChange(headers.filter((_, at) => at !== index))}
              >
                <X size={16} aria-hidden />
              </Button>
            </li>
          ))}
          <li>
            <Button size="small" onClick={() => onChange([...headers, { name: '', value: '' }])}>
              <Plus size={14} aria-hidden />
              {t('addHeader')}
            </Button>
          </li>
        </ul>
      )}
    </fieldset>
  );
}
