import { useTranslation } from 'react-i18next';
import type { IntegrityView } from '../../../protocol/data.ts';
import { Button } from '../../components/ui/button.tsx';
import { cn } from '../../components/ui/cn.ts';
import { formatDateTime } from '../../i18n/format.ts';
import { useServices } from '../../services.tsx';
import { Setting } from '../setting.tsx';
import type { DataCalls } from './data.tsx';

const dots = {
  unknown: 'bg-ink-faint',
  checking: 'animate-lamp bg-lamp',
  sound: 'bg-ok',
  damaged: 'bg-alarm',
} as const;

/** Whether every page of the database can be read and fits the others. */
export function Integrity({ integrity, calls }: { readonly integrity: IntegrityView; readonly calls: DataCalls }) {
  const { t } = useTranslation('data');
  const { client } = useServices();
  const state = calls.running === 'check' ? 'checking' : integrity.state;
  return (
    <Setting
      label={t('integrity.title')}
      hint={
        <>
          <span role="status" className="flex items-center gap-2">
            <span aria-hidden className={cn('size-2 shrink-0 rounded-full', dots[state])} />
            {state === 'sound' && integrity.at !== null
              ? t('integrity.sound', { when: formatDateTime(integrity.at) })
              : t(`integrity.${state === 'sound' ? 'unknown' : state}`)}
          </span>
          {integrity.problem !== null && state !== 'checking' && (
            <span translate="no" className="mt-1 block wrap-anywhere">
              {integrity.problem}
            </span>
          )}
        </>
      }
    >
      {() => (
        <Button
          disabled={calls.running !== null || state === 'checking'}
          onClick={() => calls.run('check', () => client.data.check.mutate())}
        >
          {t('integrity.check')}
        </Button>
      )}
    </Setting>
  );
}
