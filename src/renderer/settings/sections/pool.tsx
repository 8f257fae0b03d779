import { useSelector } from '@xstate/react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../protocol/api.ts';
import { Button } from '../../components/ui/button.tsx';
import { Choice } from '../../components/ui/choice.tsx';
import { Input } from '../../components/ui/input.tsx';
import { useServices } from '../../services.tsx';
import { hashOf } from '../../shell/route.ts';
import { Pending } from '../pending.tsx';
import { Setting, SettingGroup } from '../setting.tsx';
import { useSettings, type KeptSettings } from '../use-settings.ts';

const sizes = ['poolMin', 'poolMax', 'slotsPerWorker'] as const;
type Sizes = Record<(typeof sizes)[number], string>;
const most = { poolMin: 64, poolMax: 64, slotsPerWorker: 512 } as const;

/** How many workers there may be, how much each does at once, and what "stored" means. */
export function PoolSection() {
  const { t } = useTranslation('data');
  const kept = useSettings();
  const { settings } = kept;
  if (settings === null) return <Pending problem={kept.problem} />;
  return (
    <>
      <PoolNow />
      <PoolSize settings={settings} kept={kept} />
      <SettingGroup title={t('pool.durability')}>
        <Setting label={t('pool.synchronous')} hint={t(`pool.synchronousHint.${settings.synchronous}`)} wide>
          {({ labelId, hintId }) => (
            <Choice
              labelledBy={labelId}
              describedBy={hintId}
              value={settings.synchronous}
              onChange={(synchronous) => kept.change({ synchronous })}
              options={[
                { value: 'FULL', label: t('pool.full') },
                { value: 'NORMAL', label: t('pool.normal') },
              ]}
            />
          )}
        </Setting>
      </SettingGroup>
    </>
  );
}

function PoolNow() {
  const { t } = useTranslation('data');
  const pool = useSelector(useServices().pool, (view) => view);
  if (pool === null) return null;
  return (
    <p className="mb-5 text-sm text-pretty text-ink-soft">
      {t('pool.intro')} {t('pool.now', { count: pool.workers.length, used: pool.slotsUsed, slots: pool.slots })}{' '}
      <a href={hashOf({ page: 'workers' })} className="text-lamp-text underline underline-offset-3">
        {t('pool.toWorkers')}
      </a>
    </p>
  );
}

function PoolSize({ settings, kept }: { readonly settings: Settings; readonly kept: KeptSettings }) {
  const { t } = useTranslation(['data', 'common']);
  const [texts, setTexts] = useState<Sizes>(() => textsOf(settings));
  // Another window, or a click elsewhere, has changed them.
  useEffect(() => setTexts(textsOf(settings)), [settings]);
  const changed = sizes.some((name) => texts[name] !== String(settings[name]));
  const inOrder = Number(texts.poolMin) <= Number(texts.poolMax);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!inOrder) return;
        kept.change({
          poolMin: Number(texts.poolMin),
          poolMax: Number(texts.poolMax),
          slotsPerWorker: Number(texts.slotsPerWorker),
        });
      }}
    >
      <SettingGroup title={t('pool.size')}>
        {sizes.map((name) => (
          <Setting
            key={name}
            label={t(`pool.${name}`)}
            hint={t(`pool.${name}Hint`)}
            problem={name === 'poolMax' && !inOrder ? t('pool.order') : null}
          >
            {({ hintId }) => (
              <Input
                aria-label={t(`pool.${name}`)}
                aria-describedby={hintId}
                type="number"
                required
                min={1}
                max={most[name]}
                step={1}
                className="w-24 text-right tabular-nums"
                value={texts[name]}
                onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
              />
            )}
          </Setting>
        ))}
        {(changed || kept.problem !== null) && (
          <div className="flex flex-wrap items-center justify-end gap-3 px-4 py-3">
            {kept.problem !== null && (
              <p role="alert" translate="no" className="mr-auto text-[0.8125rem] text-alarm">
                {kept.problem}
              </p>
            )}
            <Button disabled={!changed} onClick={() => setTexts(textsOf(settings))}>
              {t('common:undo')}
            </Button>
            <Button type="submit" variant="primary" disabled={!changed || !inOrder || kept.saving}>
              {t('common:save')}
            </Button>
          </div>
        )}
      </SettingGroup>
    </form>
  );
}

function textsOf(settings: Settings): Sizes {
  return {
    poolMin: String(settings.poolMin),
    poolMax: String(settings.poolMax),
    slotsPerWorker: String(settings.slotsPerWorker),
  };
}
