/**
 * The first minutes in three steps: who answers, whether they do, and a first question. It stands where a conversation
 * begins, so the box below it works all the while: whoever writes there has left it.
 */
import { useSelector } from '@xstate/react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentId } from '../../protocol/ids.ts';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { nameOf, type Subject } from '../providers/provider-form.ts';
import { useServices } from '../services.tsx';
import { AskStep } from './ask-step.tsx';
import { ChooseStep } from './choose-step.tsx';
import { KeyStep } from './key-step.tsx';
import { ModelStep } from './model-step.tsx';
import { endWelcome } from './welcome-setting.ts';

type Step =
  | { readonly is: 'choose' }
  | { readonly is: 'key'; readonly subject: Subject }
  /** `providerId`: it is there, and its models are known. */
  | { readonly is: 'model'; readonly providerId: string }
  | { readonly is: 'ask' };

const numbers = { choose: 1, key: 2, model: 2, ask: 3 } as const;

/** `onAgent`: whom the first question goes to. */
export function Welcome({ onAgent }: { readonly onAgent: (id: AgentId) => void }) {
  const { t } = useTranslation('welcome');
  const services = useServices();
  const [step, setStep] = useState<Step>({ is: 'choose' });
  const outgoing = useSelector(services.composers.get('new'), (snapshot) => snapshot.context.outgoing !== null);
  const number = numbers[step.is];
  const name = step.is === 'key' ? nameOf(step.subject) : '';
  const isDemo = useSelector(
    services.providers,
    (all) => step.is === 'model' && all.find(({ id }) => id === step.providerId)?.kind === 'demo',
  );
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (outgoing) endWelcome(services);
  }, [outgoing, services]);
  useEffect(() => {
    // Where the next step begins; not at the start, where the box for a message has the focus, nor where a key is awaited.
    if (!first.current && step.is !== 'key') heading.current?.focus();
    first.current = false;
  }, [step.is]);
  return (
    <section aria-label={t('label')} className="mt-7 rounded-2xl border bg-raised p-5 shadow-float">
      <div className="flex items-center justify-between gap-3">
        <Steps current={number} />
        <Button size="small" variant="ghost" onClick={() => endWelcome(services)}>
          {t('skip')}
        </Button>
      </div>
      <h3 ref={heading} tabIndex={-1} className="mt-4 text-base font-semibold tracking-tight outline-none">
        {name === '' ? t(`title.${isDemo ? 'demo' : step.is}`) : t('title.keyOf', { name })}
      </h3>
      {step.is === 'choose' && (
        <ChooseStep
          onKey={(subject) => setStep({ is: 'key', subject })}
          onProvider={(providerId) => setStep({ is: 'model', providerId })}
        />
      )}
      {step.is === 'key' && (
        <KeyStep
          subject={step.subject}
          onProvider={(providerId) => setStep({ is: 'model', providerId })}
          onBack={() => setStep({ is: 'choose' })}
        />
      )}
      {step.is === 'model' && (
        <ModelStep
          providerId={step.providerId}
          onAgent={(id) => {
            onAgent(id);
            setStep({ is: 'ask' });
          }}
          onBack={() => setStep({ is: 'choose' })}
        />
      )}
      {step.is === 'ask' && <AskStep onBack={() => setStep({ is: 'choose' })} />}
    </section>
  );
}

function Steps({ current }: { readonly current: number }): ReactNode {
  const { t } = useTranslation('welcome');
  return (
    <ol className="flex items-center gap-1.5" aria-label={t('steps')}>
      {[1, 2, 3].map((number) => (
        <li
          key={number}
          aria-current={number === current ? 'step' : undefined}
          aria-label={t('step', { number })}
          className={cn(
            'grid size-6 place-items-center rounded-full text-xs tabular-nums',
            number === current
              ? 'bg-lamp font-semibold text-on-lamp'
              : number < current
                ? 'bg-tint-strong text-ink'
                : 'bg-tint text-ink-faint',
          )}
        >
          {number}
        </li>
      ))}
    </ol>
  );
}
