import { PenLine, RotateCcw } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';

interface InheritedFieldProps {
  readonly label: string;
  /** What it is while nothing of its own is set, with where that comes from. */
  readonly inherited: string;
  readonly isOwn: boolean;
  /** Begins with the inherited value. */
  readonly onOwn: () => void;
  readonly onReset: () => void;
  /** The control, shown while it is an own one; `labelledBy` names it. */
  readonly children: (labelledBy: string) => ReactNode;
}

/** A setting that is inherited until one is set here, and can be given back. */
export function InheritedField({ label, inherited, isOwn, onOwn, onReset, children }: InheritedFieldProps) {
  const { t } = useTranslation('conversations');
  const labelId = useId();
  return (
    <div role="group" aria-labelledby={labelId} className="min-w-0">
      <div className="mb-1 flex items-center gap-2">
        <span id={labelId} className="min-w-0 flex-1 text-[0.8125rem] font-medium">
          {label}
        </span>
        {isOwn ? (
          <Button variant="ghost" size="small" aria-label={t('own.resetNamed', { field: label })} onClick={onReset}>
            <RotateCcw size={13} aria-hidden />
            {t('own.reset')}
          </Button>
        ) : (
          <Button variant="ghost" size="small" aria-label={t('own.changeNamed', { field: label })} onClick={onOwn}>
            <PenLine size={13} aria-hidden />
            {t('own.change')}
          </Button>
        )}
      </div>
      {isOwn ? children(labelId) : <p className="line-clamp-2 text-sm wrap-anywhere text-ink-soft">{inherited}</p>}
    </div>
  );
}
