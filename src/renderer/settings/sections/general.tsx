import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/ui/button.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TitleSetting } from '../../conversations/title-setting.tsx';
import { useRequest } from '../../conversations/use-request.ts';
import { chooseLanguage, languages, type Language } from '../../i18n/i18n.ts';
import { DesktopSetting } from '../../notifications/desktop-setting.tsx';
import { useServices } from '../../services.tsx';
import { navigate } from '../../shell/route.ts';
import { startWelcome } from '../../welcome/welcome-setting.ts';
import { Setting, SettingGroup } from '../setting.tsx';

const known = Object.keys(languages) as Language[];

/** The default agent, the language of this browser's windows, its notifications, and the welcome once more. */
export function GeneralSection() {
  return (
    <SettingGroup>
      <DefaultAgent />
      <LanguageSetting />
      <NotificationSetting />
      <TitleSetting />
      <WelcomeSetting />
    </SettingGroup>
  );
}

function DefaultAgent() {
  const { t } = useTranslation('settings');
  const { client, agents } = useServices();
  const { all, defaultId } = useSelector(agents, (list) => list);
  const request = useRequest();
  return (
    <Setting label={t('defaultAgent')} hint={t('defaultAgentHint')} problem={request.problem}>
      {({ labelId, hintId }) => (
        <Select
          aria-labelledby={labelId}
          aria-describedby={hintId}
          translate="no"
          disabled={request.running || all.length === 0}
          value={defaultId ?? ''}
          onChange={(event) => {
            const chosen = all.find(({ id }) => id === event.target.value);
            if (chosen === undefined) return;
            request.run(
              () => client.settings.update.mutate({ defaultAgentId: chosen.id }),
              () => agents.update((list) => ({ ...list, defaultId: chosen.id })),
            );
          }}
        >
          {all.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Setting>
  );
}

function LanguageSetting() {
  const { t, i18n } = useTranslation('settings');
  return (
    <Setting label={t('language')} hint={t('languageHint')}>
      {({ labelId, hintId }) => (
        <Select
          aria-labelledby={labelId}
          aria-describedby={hintId}
          translate="no"
          value={i18n.resolvedLanguage ?? 'en'}
          onChange={(event) => {
            const chosen = known.find((language) => language === event.target.value);
            if (chosen !== undefined) void chooseLanguage(chosen);
          }}
        >
          {known.map((language) => (
            <option key={language} value={language} lang={language}>
              {languages[language]}
            </option>
          ))}
        </Select>
      )}
    </Setting>
  );
}

function NotificationSetting() {
  const { t } = useTranslation('settings');
  return (
    <Setting label={t('notifications')} hint={t('notificationsHint')}>
      {() => <DesktopSetting />}
    </Setting>
  );
}

function WelcomeSetting() {
  const { t } = useTranslation('settings');
  const services = useServices();
  const request = useRequest();
  return (
    <Setting label={t('welcome')} hint={t('welcomeHint')} problem={request.problem}>
      {() => (
        <Button
          disabled={request.running}
          onClick={() =>
            request.run(
              () => startWelcome(services),
              () => navigate({ page: 'new' }),
            )
          }
        >
          {t('startWelcome')}
        </Button>
      )}
    </Setting>
  );
}
