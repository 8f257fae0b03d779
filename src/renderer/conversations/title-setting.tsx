import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { describeError } from '../connection/refusal.ts';
import { useServices } from '../services.tsx';
import { Setting } from '../settings/setting.tsx';

/** Whether a model is asked for the titles of conversations: it costs a small request for each. */
export function TitleSetting() {
  const { t } = useTranslation(['conversations', 'notifications']);
  const { client } = useServices();
  /** Null: not known yet. */
  const [on, setOn] = useState<boolean | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const failed = (error: unknown) => setProblem(describeError(error));
  useEffect(() => {
    client.settings.get.query().then(({ writeTitles }) => setOn(writeTitles), failed);
  }, [client]);
  const set = (writeTitles: boolean) => {
    setProblem(null);
    client.settings.update.mutate({ writeTitles }).then((settings) => setOn(settings.writeTitles), failed);
  };
  return (
    <Setting label={t('conversations:titles.label')} hint={t('conversations:titles.hint')} problem={problem}>
      {({ labelId, hintId }) =>
        on !== null && (
          <div className="flex items-center gap-3 text-sm">
            <span>{t(on ? 'notifications:isOn' : 'notifications:isOff')}</span>
            <Button size="small" aria-describedby={`${labelId} ${hintId}`} onClick={() => set(!on)}>
              {t(on ? 'notifications:turnOff' : 'notifications:turnOn')}
            </Button>
          </div>
        )
      }
    </Setting>
  );
}
