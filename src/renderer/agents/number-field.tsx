import { useState, type ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../components/ui/cn.ts';
import { Input } from '../components/ui/input.tsx';
import { formatPlain } from '../i18n/format.ts';

interface NumberFieldProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'min' | 'max'> {
  /** Null: empty. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  /** Stands behind the number. */
  readonly unit?: string;
}

/** A number or nothing. What is not one stays on screen, is marked, and changes nothing. */
export function NumberField({ value, onChange, min, max, whole = false, unit, className, ...props }: NumberFieldProps) {
  const { t } = useTranslation('agents');
  const [typed, setTyped] = useState<string | null>(null);
  const parsed = typed === null ? value : parse(typed);
  const isBad = parsed !== null && (!(parsed >= min && parsed <= max) || (whole && !Number.isInteger(parsed)));
  return (
    <span className={cn('flex flex-col gap-1', className)}>
      <span className="flex items-center gap-2">
        <Input
          {...props}
          inputMode={whole ? 'numeric' : 'decimal'}
          autoComplete="off"
          className="w-36 tabular-nums"
          value={typed ?? (value === null ? '' : formatPlain(value))}
          aria-invalid={isBad || undefined}
          onChange={(event) => {
            const text = event.target.value;
            setTyped(text);
            const next = parse(text);
            if (next === null || (next >= min && next <= max && (!whole || Number.isInteger(next)))) onChange(next);
          }}
          // What is right is shown as it is kept.
          onBlur={() => {
            if (!isBad) setTyped(null);
          }}
        />
        {unit !== undefined && <span className="text-[0.8125rem] text-ink-soft">{unit}</span>}
      </span>
      {isBad && (
        <span role="alert" className="text-xs text-alarm">
          {t(whole ? 'wholeNumber' : 'anyNumber', { min, max })}
        </span>
      )}
    </span>
  );
}

/** Null for nothing, NaN for what is no number. A decimal comma counts as a point. */
function parse(text: string): number | null {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' ? null : Number(trimmed);
}
