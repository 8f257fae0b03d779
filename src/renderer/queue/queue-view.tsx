/** The queue: what stands in it, job by job, and everything that can be done about it. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSelector } from '@xstate/react';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Banner } from '../components/ui/banner.tsx';
import { Button } from '../components/ui/button.tsx';
import { describeError } from '../connection/refusal.ts';
import { useNow } from '../remote/use-now.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import type { ViewProps } from '../shell/views.tsx';
import { BulkDialog, type BulkQuestion } from './bulk-dialog.tsx';
import { BulkProgress } from './bulk-progress.tsx';
import { FilterBar } from './filter-bar.tsx';
import { parseShown } from './filters.ts';
import { JobList } from './job-list.ts';
import { JobTable } from './job-table.tsx';
import { LaneStrip, type PauseActions } from './lane-strip.tsx';
import { ListNote } from './list-note.tsx';
import { useQueue } from './queue-state.ts';
import { SelectionBar } from './selection-bar.tsx';
import { countOf } from './selection.ts';
import { StateTabs } from './state-tabs.tsx';
import { useQueueCommands } from './use-queue-commands.ts';
import type { TableState } from './use-table.ts';

export function QueueView({ route, onMenu }: ViewProps<'queue'>) {
  const { t } = useTranslation('queue');
  const { client, connection } = useServices();
  const online = useSelector(connection, (snapshot) => snapshot.matches('online'));
  const shown = useMemo(() => parseShown(route.query ?? ''), [route.query]);
  const filterKey = JSON.stringify(shown.filter);
  const queue = useQueue();
  const now = useNow(queue?.bulk?.endedAt != null, 30_000);
  const [problem, setProblem] = useState<string | null>(null);
  const [question, setQuestion] = useState<BulkQuestion | null>(null);
  const [table, setTable] = useState<TableState | null>(null);

  const pauses = useMemo<PauseActions>(() => {
    const run = (call: Promise<unknown>) => call.catch((error: unknown) => setProblem(describeError(error)));
    return {
      lane: (lane, paused) => void run(client.queue[paused ? 'pauseLane' : 'resumeLane'].mutate({ lane })),
      provider: (id, paused) => void run(client.queue[paused ? 'pauseProvider' : 'resumeProvider'].mutate({ id })),
    };
  }, [client]);

  const [list, setList] = useState<JobList | null>(null);
  useEffect(() => {
    const made = new JobList(client, parseFilter(filterKey));
    setList(made);
    return () => made.close();
  }, [client, filterKey]);
  useEffect(() => {
    if (queue !== null && online) list?.look();
  }, [list, queue, online]);

  const ask = useCallback(
    (action: BulkQuestion['action']) => {
      if (list === null || table === null || countOf(table.selection) === 0) return;
      setQuestion({ action, listId: list.state.getSnapshot().listId, selection: table.selection });
    },
    [list, table],
  );
  useQueueCommands({ queue, pauses, selected: table === null ? 0 : countOf(table.selection), ask });

  return (
    <>
      <PageHeader title={t('title')} onMenu={onMenu} />
      {!online && queue !== null && <p className="border-b px-5 py-1.5 text-xs text-ink-soft">{t('offline')}</p>}
      {problem !== null && (
        <Banner label={t('title')} icon={<TriangleAlert size={16} aria-hidden />}>
          <span className="min-w-0 flex-1">{problem}</span>
          <Button size="small" onClick={() => setProblem(null)}>
            {t('dismiss')}
          </Button>
        </Banner>
      )}
      {queue !== null && <LaneStrip queue={queue} actions={pauses} />}
      {queue?.bulk != null && <BulkProgress bulk={queue.bulk} now={now} />}
      <StateTabs queue={queue} shown={shown} />
      <FilterBar shown={shown} />
      {list !== null && (
        <ListArea
          key={filterKey + String(shown.oldestFirst)}
          list={list}
          oldestFirst={shown.oldestFirst}
          filtered={filterKey !== '{}'}
          onTable={setTable}
          onProblem={setProblem}
          onAsk={ask}
        />
      )}
      <BulkDialog question={question} onClose={() => setQuestion(null)} onStarted={() => table?.clear()} />
    </>
  );
}

interface ListAreaProps {
  readonly list: JobList;
  readonly oldestFirst: boolean;
  readonly filtered: boolean;
  readonly onTable: (table: TableState) => void;
  readonly onProblem: (problem: string) => void;
  readonly onAsk: (action: BulkQuestion['action']) => void;
}

/** The table with what is said about it. Its selection is of one list: another list begins without one. */
function ListArea({ list, oldestFirst, filtered, onTable, onProblem, onAsk }: ListAreaProps) {
  const state = useSelector(list.state, (snapshot) => snapshot);
  const [busy, setBusy] = useState(false);
  const [table, setTable] = useState<TableState | null>(null);
  const report = useRef('');
  const { added, gone } = state.news;
  // Nobody looks at a certain row: then the list follows what happens.
  useEffect(() => {
    if (!busy && added + gone > 0) void list.renew();
  }, [busy, added, gone, list]);
  const onTableChange = useCallback(
    (next: TableState) => {
      // It is told after each render; only what others show of it matters.
      const text = JSON.stringify(next.selection);
      if (text === report.current) return;
      report.current = text;
      setTable(next);
      onTable(next);
    },
    [onTable],
  );
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {table !== null && countOf(table.selection) > 0 && (
        <SelectionBar count={countOf(table.selection)} onAsk={onAsk} onClear={() => table.clear()} />
      )}
      <ListNote
        state={state}
        busy={busy}
        filtered={filtered}
        onRenew={() => {
          table?.clear();
          void list.renew();
        }}
      />
      {state.total > 0 && (
        <JobTable
          list={list}
          oldestFirst={oldestFirst}
          onBusy={setBusy}
          onTable={onTableChange}
          onProblem={onProblem}
        />
      )}
    </div>
  );
}

/** Of the key that it was made to: the same filter, though another object. */
function parseFilter(key: string): ReturnType<typeof parseShown>['filter'] {
  return JSON.parse(key) as ReturnType<typeof parseShown>['filter'];
}
