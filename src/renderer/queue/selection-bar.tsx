import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import type { BulkAction } from '../../protocol/queue.ts';

interface SelectionBarProps {
  readonly count: number;
  readonly onAsk: (action: BulkAction) => void;
  readonly onClear: () => void;
}

/** What can be done with all that is selected. */
export function SelectionBar({ count, onAsk, onClear }: SelectionBarProps) {
  const { t } = useTranslation('queue');
  return (
    <div className="flex flex-wrap items-center gap-2 border-t bg-lamp-tint px-3 py-1.5 text-[0.8125rem] sm:px-5">
      <span role="status" className="mr-auto font-medium tabular-nums">
        {t('selected', { count })}
      </span>
      <Button size="small" onClick={() => onAsk('cancel')}>
        {t('cancel')}
      </Button>
      <Button size="small" onClick={() => onAsk('retry')}>
        {t('retry')}
      </Button>
      <Button size="small" onClick={() => onAsk('setLane')}>
        {t('move')}
      </Button>
      <Button size="small" variant="ghost" onClick={onClear}>
        {t('selectNone')}
      </Button>
    </div>
  );
}
