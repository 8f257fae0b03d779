/** Says that the service cannot store anything now, why, and what to do. Silent while all is well, or nothing is known. */
import { DatabaseZap } from 'lucide-react';
import { useSelector } from '@xstate/react';
import { Banner } from '../components/ui/banner.tsx';
import { useServices } from '../services.tsx';

export function HealthBanner() {
  const services = useServices();
  const health = useSelector(services.health, (view) => view);
  const online = useSelector(services.connection, (snapshot) => snapshot.matches('online'));
  if (!online || health?.status !== 'failing') return null;
  return (
    <Banner label="Storage" icon={<DatabaseZap size={16} aria-hidden />}>
      <p className="min-w-0 flex-1 wrap-anywhere">
        <strong className="font-semibold">Nothing can be sent now.</strong> {health.reason} What is acknowledged is
        safe; what you write stays in the box.
      </p>
    </Banner>
  );
}
