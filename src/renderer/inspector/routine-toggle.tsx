import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../components/ui/cn.ts';

interface RoutineToggleProps {
  readonly shown: boolean;
  readonly onChange: (shown: boolean) => void;
  readonly className: string;
}

/** Whether the clockwork, ticks and heartbeats, is shown too. */
export function RoutineToggle({ shown, onChange, className }: RoutineToggleProps) {
  const { t } = useTranslation('inspector');
  const id = useId();
  return (
    <label htmlFor={id} className={cn('flex items-center gap-2 text-ink-soft', className)}>
      <input
        id={id}
        type="checkbox"
        className="accent-lamp-strong"
        checked={shown}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {t('lanes.clockwork')}
    </label>
  );
}
