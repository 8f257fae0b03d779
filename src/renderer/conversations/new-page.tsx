import { useSelector } from '@xstate/react';
import { ArrowDown } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AgentPicker } from '../agents/agent-picker.tsx';
import { DemoHint, isDemoOnly } from '../agents/demo-hint.tsx';
import { ComposerWithFiles } from '../attachments/composer-with-files.tsx';
import type { AgentId } from '../../protocol/ids.ts';
import { PendingQuestion } from '../messages/pending-question.tsx';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { useWelcome } from '../welcome/welcome-setting.ts';

/** Seen once. */
const Welcome = lazy(() => import('../welcome/welcome.tsx').then((module) => ({ default: module.Welcome })));

/** Sentences to begin with: each goes into the box, to be changed and sent. */
const openings = ['database', 'move', 'release'] as const;

/** Where a conversation begins. It exists from its first message on. */
export function NewPage({ onMenu }: { readonly onMenu: () => void }) {
  const { t } = useTranslation('conversations');
  const services = useServices();
  const { all: agents, defaultId } = useSelector(services.agents, (known) => known);
  const welcome = useWelcome();
  const demoOnly = useSelector(services.providers, isDemoOnly);
  const composer = services.composers.get('new');
  const { draft, outgoing } = useSelector(composer, (snapshot) => snapshot.context);
  const [chosenId, setChosenId] = useState<AgentId | null>(null);
  const chosen = agents.find(({ id }) => id === (chosenId ?? defaultId)) ?? agents[0];
  return (
    <>
      <PageHeader title={t('new')} onMenu={onMenu} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex min-h-full w-full max-w-[48rem] flex-col justify-end gap-6 px-4 py-6 sm:px-6">
          {outgoing === null ? (
            <div className="my-auto animate-rise">
              <h2 className="text-[1.625rem] leading-tight font-semibold tracking-tight text-balance">
                {t('tagline')}
              </h2>
              <p className="mt-2 max-w-[34rem] text-ink-soft">{t('taglineHint')}</p>
              {welcome === 'shown' && (
                <Suspense>
                  <Welcome onAgent={setChosenId} />
                </Suspense>
              )}
              {welcome === 'hidden' && draft === '' && (
                <ul className="mt-7 divide-y border-y">
                  {openings.map((opening) => (
                    <li key={opening}>
                      <button
                        type="button"
                        onClick={() => composer.send({ type: 'EDIT', draft: t(`openings.${opening}`) })}
                        className="group/opening flex w-full items-center justify-between gap-3 py-2.5 text-left text-sm text-ink-soft transition-colors -outline-offset-2 hover:text-ink"
                      >
                        {t(`openings.${opening}`)}
                        <ArrowDown
                          size={15}
                          aria-hidden
                          className="shrink-0 text-ink-faint transition-transform group-hover/opening:translate-y-0.5 group-hover/opening:text-lamp-text"
                        />
                      </button>
                    </li>
                  ))}
                </ul>
              )}
            </div>
          ) : (
            <PendingQuestion text={outgoing.text} />
          )}
          {demoOnly && welcome === 'hidden' && outgoing === null && <DemoHint />}
        </div>
      </div>
      {chosen !== undefined && (
        <div className="mx-auto w-full max-w-[48rem] px-4 pb-1.5 text-ink-soft sm:px-7">
          <AgentPicker agents={agents} chosen={chosen} onChoose={(agent) => setChosenId(agent.id)} />
        </div>
      )}
      <ComposerWithFiles composerKey="new" agentId={chosen?.id ?? null} placeholder={t('ask')} onStop={null} />
    </>
  );
}
