import { useSelector } from '@xstate/react';
import { Download, Upload } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../commands/commands.ts';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { Hint } from '../components/ui/hint.tsx';
import { describeError } from '../connection/refusal.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { navigate } from '../shell/route.ts';
import type { ViewProps } from '../shell/views.tsx';
import { AgentEditor } from './agent-editor.tsx';
import { AgentList } from './agent-list.tsx';
import { blankAgent } from './agent-drafts.ts';
import { exportAgents, FileProblem, importAgents } from './agent-files.ts';

/** The list of agents, and beside it (on a narrow window: in its place) the one that the address names. */
export function AgentsView({ route, onMenu }: ViewProps<'agents'>) {
  const { t } = useTranslation('agents');
  const { all, defaultId } = useSelector(useServices().agents, (list) => list);
  const model = all.find(({ id }) => id === defaultId)?.model ?? 'demo/demo';
  const blank = useMemo(() => blankAgent(model, all), [model, all]);
  const agent = all.find(({ id }) => id === route.id);
  const { problem, choose, exportAll, input } = useFiles();
  const isEditing = route.id === 'new' || agent !== undefined;
  return (
    <>
      <PageHeader title={t('title')} onMenu={onMenu}>
        <Hint text={t('import')}>
          <Button variant="ghost" size="icon" aria-label={t('import')} onClick={choose}>
            <Upload size={16} aria-hidden />
          </Button>
        </Hint>
        <Hint text={t('exportAll')}>
          <Button variant="ghost" size="icon" aria-label={t('exportAll')} onClick={exportAll}>
            <Download size={16} aria-hidden />
          </Button>
        </Hint>
        {input}
      </PageHeader>
      {problem !== null && (
        <p role="alert" className="border-b bg-alarm-tint px-5 py-2 text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
      <div className="flex min-h-0 flex-1">
        <div
          className={cn(
            'min-h-0 w-full flex-col lg:flex lg:w-72 lg:shrink-0 lg:border-r',
            isEditing ? 'hidden' : 'flex',
          )}
        >
          <AgentList current={route.id} />
        </div>
        {isEditing ? (
          <AgentEditor key={route.id} agent={agent ?? null} blank={blank} />
        ) : (
          <div className="hidden flex-1 place-items-center p-6 text-center lg:grid">
            <div className="max-w-sm">
              <p className="text-lg font-semibold tracking-tight">{t(route.id === undefined ? 'choose' : 'gone')}</p>
              <p className="mt-1 text-sm text-pretty text-ink-soft">
                {t(route.id === undefined ? 'chooseHint' : 'goneHint')}
              </p>
            </div>
          </div>
        )}
      </div>
    </>
  );
}

/** Import and export, with their hidden field and what went wrong. */
function useFiles() {
  const { t } = useTranslation('agents');
  const { client } = useServices();
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const { choose, exportAll, take } = useMemo(() => {
    const attempt = (work: () => Promise<unknown>) => {
      setProblem(null);
      work().catch((error: unknown) =>
        setProblem(error instanceof FileProblem ? t(`fileProblem.${error.key}`) : describeError(error)),
      );
    };
    return {
      choose: () => field.current?.click(),
      exportAll: () => attempt(() => exportAgents(client, 'nightshift-agents')),
      take: (file: File) =>
        attempt(async () => {
          const [first] = await importAgents(client, file);
          if (first !== undefined) navigate({ page: 'agents', id: first.id });
        }),
    };
  }, [client, t]);
  useCommands(
    useMemo(() => {
      const group = t('title');
      return [
        { id: 'agents.new', title: t('command.new'), group, run: () => navigate({ page: 'agents', id: 'new' }) },
        { id: 'agents.import', title: t('command.import'), group, run: choose },
        { id: 'agents.export', title: t('command.exportAll'), group, run: exportAll },
      ];
    }, [choose, exportAll, t]),
  );
  const input = (
    <input
      ref={field}
      type="file"
      accept="application/json,.json"
      aria-label={t('import')}
      className="hidden"
      onChange={(event) => {
        const [file] = event.target.files ?? [];
        if (file !== undefined) take(file);
        // The same file can be chosen again.
        event.target.value = '';
      }}
    />
  );
  return { problem, choose, exportAll, input };
}
