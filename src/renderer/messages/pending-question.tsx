import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../services.tsx';
import { QuestionText } from './question.tsx';

/** A message that the service has not acknowledged yet. */
export function PendingQuestion({ text }: { readonly text: string }) {
  const { t } = useTranslation('messages');
  const online = useSelector(useServices().connection, (snapshot) => snapshot.matches('online'));
  return (
    <div className="opacity-70">
      <QuestionText
        text={text}
        note={
          <p role="status" className="text-xs text-ink-faint">
            {online ? t('pending.sending') : t('pending.offline')}
          </p>
        }
      />
    </div>
  );
}
