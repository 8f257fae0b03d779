import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../protocol/api.ts';
import { Button } from '../../components/ui/button.tsx';
import { Input } from '../../components/ui/input.tsx';
import { Setting, SettingGroup } from '../setting.tsx';
import { useSettings } from '../use-settings.ts';

const names = ['retainDays', 'retainJobs', 'retainUsageDays'] as const;
const limits = {
  retainDays: { min: 1, max: 3_650 },
  retainJobs: { min: 100, max: 10_000_000 },
  retainUsageDays: { min: 1, max: 3_650 },
} as const;
type Texts = Record<(typeof names)[number], string>;

/** For how long finished jobs and the record of their usage are kept. */
export function RetentionSettings() {
  const { t } = useTranslation(['data', 'common']);
  const { settings, saving, problem, change } = useSettings();
  const [texts, setTexts] = useState<Texts | null>(null);
  useEffect(() => {
    if (settings !== null) setTexts(textsOf(settings));
  }, [settings]);
  if (settings === null || texts === null) return null;
  const changed = names.some((name) => texts[name] !== String(settings[name]));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change({
          retainDays: Number(texts.retainDays),
          retainJobs: Number(texts.retainJobs),
          retainUsageDays: Number(texts.retainUsageDays),
        });
      }}
    >
      <SettingGroup title={t('retention.title')}>
        <p className="px-4 py-3 text-[0.8125rem] text-pretty text-ink-soft">{t('retention.intro')}</p>
        {names.map((name) => (
          <Setting key={name} label={t(`retention.${name}`)} hint={t(`retention.${name}Hint`)}>
            {({ hintId }) => (
              <Input
                aria-label={t(`retention.${name}`)}
                aria-describedby={hintId}
                type="number"
                required
                step={1}
                {...limits[name]}
                className="w-32 text-right tabular-nums"
                value={texts[name]}
                onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
              />
            )}
          </Setting>
        ))}
        {(changed || problem !== null) && (
          <div className="flex flex-wrap items-center justify-end gap-3 px-4 py-3">
            {problem !== null && (
              <p role="alert" translate="no" className="mr-auto text-[0.8125rem] text-alarm">
                {problem}
              </p>
            )}
            <Button disabled={!changed} onClick={() => setTexts(textsOf(settings))}>
              {t('common:undo')}
            </Button>
            <Button type="submit" variant="primary" disabled={!changed || saving}>
              {t('common:save')}
            </Button>
          </div>
        )}
      </SettingGroup>
    </form>
  );
}

function textsOf(settings: Settings): Texts {
  return {
    retainDays: String(settings.retainDays),
    retainJobs: String(settings.retainJobs),
    retainUsageDays: String(settings.retainUsageDays),
  };
}
