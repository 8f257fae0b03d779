/** Says when the line to the service is cut, and what happens next. Silent while all is well. */
import { KeyRound, Unplug } from 'lucide-react';
import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import { Banner } from '../components/ui/banner.tsx';
import { Button } from '../components/ui/button.tsx';
import { useNow } from '../remote/use-now.ts';
import { formatWait } from '../messages/spans.ts';
import { useServices } from '../services.tsx';

export function ConnectionBanner() {
  const { t } = useTranslation('connection');
  const { connection } = useServices();
  const snapshot = useSelector(connection, (current) => current);
  const { attempt, retryAt, hasBeenOnline } = snapshot.context;
  const now = useNow(snapshot.matches('lost'));
  const retry = () => connection.send({ type: 'RETRY_NOW' });

  if (snapshot.matches('refused')) {
    return (
      <Banner label={t('label')} icon={<KeyRound size={16} aria-hidden />}>
        <p className="min-w-0 flex-1">
          <strong className="font-semibold">{t('notSignedIn')}</strong> {t('notSignedInHint')}
        </p>
        <Button size="small" onClick={retry}>
          {t('tryAgain')}
        </Button>
      </Banner>
    );
  }
  // A cut that heals at the first attempt is not worth a word.
  const quiet = snapshot.matches('online') || attempt < (hasBeenOnline ? 2 : 1);
  if (quiet) return null;
  const left = retryAt === null ? 0 : retryAt - now;
  return (
    <Banner label={t('label')} icon={<Unplug size={16} aria-hidden />}>
      <p className="min-w-0 flex-1">
        <strong className="font-semibold">{t(hasBeenOnline ? 'lost' : 'noAnswer')}</strong>{' '}
        {t(hasBeenOnline ? 'lastState' : 'isItRunning')}{' '}
        <span className="tabular-nums" aria-live="off">
          {snapshot.matches('lost') && left > 0 ? t('nextTry', { wait: formatWait(left) }) : t('trying')}
        </span>
      </p>
      <Button size="small" onClick={retry} disabled={!snapshot.can({ type: 'RETRY_NOW' })}>
        {t('tryNow')}
      </Button>
    </Banner>
  );
}
