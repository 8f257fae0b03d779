import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { useServices } from '../services.tsx';

/** Whether desktop notifications are shown: for the settings. The browser is asked when the button is pressed, never before. */
export function DesktopSetting() {
  const { t } = useTranslation('notifications');
  const { notifications } = useServices();
  const { permission, wanted } = useSelector(notifications.desktop, (state) => state);
  if (permission === 'unsupported') return <p className="text-sm text-ink-soft">{t('unsupported')}</p>;
  if (permission === 'host') return <p className="text-sm text-ink-soft">{t('host')}</p>;
  if (permission === 'denied') return <p className="text-sm text-ink-soft">{t('denied')}</p>;
  const on = permission === 'granted' && wanted;
  return (
    <div className="flex items-center gap-3 text-sm">
      <span>{t(on ? 'isOn' : 'isOff')}</span>
      <Button size="small" onClick={() => (on ? notifications.turnOff() : void notifications.turnOn())}>
        {t(on ? 'turnOff' : permission === 'default' ? 'allow' : 'turnOn')}
      </Button>
    </div>
  );
}
