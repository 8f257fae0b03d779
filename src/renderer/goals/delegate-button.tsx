import { Goal } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../protocol/views.ts';
import { Button } from '../components/ui/button.tsx';
import { Hint } from '../components/ui/hint.tsx';
import { delegate } from './delegate.tsx';

/** In the line below a message. */
export function DelegateButton({ message }: { readonly message: MessageView }) {
  const { t } = useTranslation('goals');
  return (
    <Hint text={t('delegate.hint')}>
      <Button variant="ghost" size="small" className="text-xs" onClick={() => delegate(message)}>
        <Goal size={13} aria-hidden />
        {t('delegate.action')}
      </Button>
    </Hint>
  );
}
