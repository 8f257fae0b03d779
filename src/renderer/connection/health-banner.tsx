/** Says that the service cannot store anything now, why, and what to do. Silent while all is well, or nothing is known. */
import { DatabaseZap } from 'lucide-react';
import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import { Banner } from '../components/ui/banner.tsx';
import { useServices } from '../services.tsx';

export function HealthBanner() {
  const { t } = useTranslation('connection');
  const services = useServices();
  const health = useSelector(services.health, (view) => view);
  const online = useSelector(services.connection, (snapshot) => snapshot.matches('online'));
  if (!online || health?.status !== 'failing') return null;
  return (
    <Banner label={t('storage')} icon={<DatabaseZap size={16} aria-hidden />}>
      <p className="min-w-0 flex-1 wrap-anywhere">
        <strong className="font-semibold">{t('nothingSent')}</strong> <span translate="no">{health.reason}</span>{' '}
        {t('nothingSentHint')}
      </p>
    </Banner>
  );
}
