import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobId } from '../../protocol/ids.ts';
import { refusalOf } from '../connection/refusal.ts';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { useServices } from '../services.tsx';
import { hashOf } from '../shell/route.ts';
import { views } from '../shell/views.tsx';
import type { ActorSteps, Step } from './actor-steps.ts';

const userEvents = ['CANCEL', 'RETRY', 'PROMOTE', 'SKIP'] as const;

interface ActorStatusProps {
  readonly id: string;
  readonly actor: ActorSteps['actor'];
  readonly step: Step;
  readonly missing: string | null;
  readonly children: ReactNode;
}

/** Its state at the step that is shown, whether it is live, and the events that one may send it now. */
export function ActorStatus({ id, actor, step, missing, children }: ActorStatusProps) {
  const { t } = useTranslation('inspector');
  const { client } = useServices();
  const [refusal, setRefusal] = useState<string | null>(null);
  const live = missing === null && actor?.live === true;
  const send = async (type: (typeof userEvents)[number]): Promise<void> => {
    setRefusal(null);
    try {
      await client.actors.send.mutate({ id, event: { type } });
    } catch (error) {
      setRefusal(refusalOf(error) ?? t('send.failed'));
    }
  };
  return (
    <div className="border-b px-3 py-2 sm:px-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span
          className={cn('size-2 shrink-0 rounded-full', live ? 'animate-lamp bg-lamp' : 'bg-line-strong')}
          aria-hidden
        />
        <p className="text-[0.8125rem] text-ink-soft">
          {missing !== null ? t('status.gone') : live ? t('status.live') : t('status.row')}
        </p>
        <p translate="no" className="font-mono text-[0.8125rem] font-semibold">
          {step.states.join(', ')}
        </p>
        {actor?.exact === false && <p className="text-xs text-ink-faint">{t('status.inferred')}</p>}
        <span className="flex-1" />
        {userEvents
          .filter((type) => missing === null && actor?.can.includes(type) === true)
          .map((type) => (
            <Button key={type} size="small" onClick={() => void send(type)}>
              {t(`send.${type}`)}
            </Button>
          ))}
        {id.startsWith('job:') && views.job !== undefined && (
          <a
            className="text-[0.8125rem] text-lamp-text underline-offset-2 hover:underline"
            href={hashOf({ page: 'job', id: id.slice('job:'.length) as JobId })}
          >
            {t('toJob')}
          </a>
        )}
        {children}
      </div>
      {refusal !== null && (
        <p role="alert" translate="no" className="mt-1 text-xs text-alarm">
          {refusal}
        </p>
      )}
    </div>
  );
}
