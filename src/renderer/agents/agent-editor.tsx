import { useSelector } from '@xstate/react';
import { ArrowLeft } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../commands/commands.ts';
import { Button } from '../components/ui/button.tsx';
import { Choice } from '../components/ui/choice.tsx';
import { cn } from '../components/ui/cn.ts';
import { useRequest } from '../conversations/use-request.ts';
import type { AgentView } from '../../protocol/agents.ts';
import { useServices } from '../services.tsx';
import { hashOf, navigate } from '../shell/route.ts';
import { AgentForm } from './agent-form.tsx';
import { AgentMark } from './agent-mark.tsx';
import { AgentMenu } from './agent-menu.tsx';
import { change, fieldsOf, forgetDraft, useDraft, type AgentFields } from './agent-drafts.ts';
import { RemoveAgentDialog } from './remove-agent-dialog.tsx';
import { TryOutPane } from './try-out.tsx';
import { useAgentActions } from './use-agent-actions.ts';

interface AgentEditorProps {
  /** Null: one that is not saved yet, and begins as `blank`. */
  readonly agent: AgentView | null;
  readonly blank: AgentFields;
}

type Side = 'form' | 'tryOut';

/** An agent's form with its unsaved changes, and beside it a place to try them. */
export function AgentEditor({ agent, blank }: AgentEditorProps) {
  const { t } = useTranslation('agents');
  const { client } = useServices();
  const key = agent?.id ?? 'new';
  const saved = useMemo(() => (agent === null ? blank : fieldsOf(agent)), [agent, blank]);
  const changes = useDraft(key);
  const values = useMemo(() => ({ ...saved, ...changes }), [saved, changes]);
  /** Discarding shows the fields anew, also those with a text that was no number. */
  const [round, setRound] = useState(0);
  const [side, setSide] = useState<Side>('form');
  const [problem, setProblem] = useState<string | null>(null);
  const request = useRequest();
  const isDirty = changes !== undefined;
  const isNameless = values.name.trim() === '';

  const save = useCallback(() => {
    if (changes === undefined || isNameless) return;
    const call = async () => {
      if (agent !== null) {
        await client.agents.update.mutate({ id: agent.id, agent: changes });
        return;
      }
      const { id } = await client.agents.create.mutate({ requestId: crypto.randomUUID(), agent: values });
      navigate({ page: 'agents', id });
    };
    request.run(call, () => forgetDraft(key));
  }, [agent, changes, client, isNameless, key, request, values]);

  useCommands(
    useMemo(
      () =>
        isDirty
          ? [{ id: 'agent.save', title: t('command.save'), group: t('title'), shortcut: 'mod+s', run: save }]
          : [],
      [isDirty, save, t],
    ),
  );

  return (
    <section aria-label={t('editor')} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex min-h-14 shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2">
        <a
          href={hashOf({ page: 'agents' })}
          aria-label={t('allAgents')}
          className="grid size-8 place-items-center rounded-lg text-ink-soft hover:bg-tint-strong lg:hidden"
        >
          <ArrowLeft size={17} aria-hidden />
        </a>
        <AgentMark agent={values} />
        <h2 className="min-w-0 flex-1 truncate text-[0.9375rem] font-semibold tracking-tight">
          {isNameless ? t('new') : <span translate="no">{values.name}</span>}
        </h2>
        {isDirty && (
          <>
            <span role="status" className="text-xs text-lamp-text">
              {t('unsaved')}
            </span>
            <Button
              size="small"
              onClick={() => {
                forgetDraft(key);
                request.clear();
                setRound(round + 1);
              }}
            >
              {t('discard')}
            </Button>
          </>
        )}
        <Button size="small" variant="primary" disabled={!isDirty || isNameless || request.running} onClick={save}>
          {t('save')}
        </Button>
        {agent !== null && <SavedActions agent={agent} onProblem={setProblem} />}
      </header>
      {(request.problem ?? problem) !== null && (
        <p role="alert" className="border-b bg-alarm-tint px-4 py-2 text-[0.8125rem] text-alarm">
          {request.problem ?? problem}
        </p>
      )}
      <div className="border-b px-4 py-2 2xl:hidden">
        <span id="editor-side" className="sr-only">
          {t('sides')}
        </span>
        <Choice
          labelledBy="editor-side"
          value={side}
          onChange={setSide}
          options={[
            { value: 'form', label: t('form') },
            { value: 'tryOut', label: t('tryOut') },
          ]}
        />
      </div>
      <div className="flex min-h-0 flex-1">
        <div className={cn('min-w-0 flex-1 overflow-y-auto', side === 'tryOut' && 'hidden 2xl:block')}>
          <div className="mx-auto max-w-[46rem] px-4 pt-5 pb-16 sm:px-6">
            <AgentForm
              key={`${key}/${round}`}
              values={values}
              today={agent?.today ?? null}
              onChange={(changed) => change(key, saved, changed)}
            />
          </div>
        </div>
        <div
          className={cn(
            'min-w-0 flex-1 flex-col 2xl:flex 2xl:w-[26rem] 2xl:flex-none 2xl:border-l',
            side === 'tryOut' ? 'flex' : 'hidden',
          )}
        >
          <TryOutPane key={key} fields={values} agentId={agent?.id ?? null} />
        </div>
      </div>
    </section>
  );
}

interface SavedActionsProps {
  readonly agent: AgentView;
  readonly onProblem: (problem: string | null) => void;
}

function SavedActions({ agent, onProblem }: SavedActionsProps) {
  const defaultId = useSelector(useServices().agents, (list) => list.defaultId);
  const [removing, setRemoving] = useState(false);
  const ask = useCallback(() => setRemoving(true), []);
  const actions = useAgentActions(agent, onProblem, ask);
  return (
    <>
      <AgentMenu actions={actions} isDefault={agent.id === defaultId} />
      <RemoveAgentDialog
        agent={removing ? agent : null}
        onClose={() => setRemoving(false)}
        onRemoved={() => navigate({ page: 'agents' })}
      />
    </>
  );
}
