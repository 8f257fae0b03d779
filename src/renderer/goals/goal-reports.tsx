/** What agents report of a goal, below its card: each as itself, a line or two; what was delivered in full. */
import { useSelector } from '@xstate/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../protocol/views.ts';
import { AgentMark } from '../agents/agent-mark.tsx';
import { Button } from '../components/ui/button.tsx';
import { formatTime } from '../i18n/format.ts';
import { useServices } from '../services.tsx';
import { hashOf, useRoute } from '../shell/route.ts';
import { DownloadButton } from './download-button.tsx';
import { FoldedText } from './folded-text.tsx';
import { ModelText } from './model-text.tsx';

/** More than that are folded, but for the newest. */
const shownReports = 4;

/** In the order in which they came. */
export function GoalReports({ reports }: { readonly reports: readonly MessageView[] }) {
  const { t } = useTranslation('goals');
  const [all, setAll] = useState(false);
  const route = useRoute();
  if (reports.length === 0) return null;
  // What a search has led to is shown, however old it is.
  const wanted = route.page === 'conversation' && reports.some(({ id }) => id === route.messageId);
  const folded = all || wanted || reports.length <= shownReports + 1 ? 0 : reports.length - shownReports;
  return (
    <div className="space-y-3">
      {folded > 0 && (
        <Button variant="ghost" size="small" className="-ml-2.5 text-ink-faint" onClick={() => setAll(true)}>
          {t('report.earlier', { count: folded })}
        </Button>
      )}
      <ul aria-label={t('report.list')} className="space-y-3">
        {reports.slice(folded).map((report) => (
          <li key={report.id} data-message={report.id}>
            <Report report={report} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Report({ report }: { readonly report: MessageView }) {
  const { t } = useTranslation('goals');
  const { agentId, goal, text, createdAt, meta } = report;
  const agent = useSelector(useServices().agents, ({ all }) => all.find(({ id }) => id === agentId));
  const name = agent?.name ?? meta?.agentName ?? '';
  if (goal === null) return null;
  const what = t(`report.kind.${goal.kind}`);
  const { goalId, taskId } = goal;
  return (
    <article aria-label={t('report.by', { agent: name, what })} className="flex items-start gap-2.5">
      <AgentMark agent={agent ?? { name, color: 'slate' }} className="mt-0.5 size-6 text-[0.6875rem]" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2 text-[0.8125rem]">
          <span translate="no" className="font-semibold wrap-anywhere">
            {name}
          </span>
          <a
            href={hashOf(taskId === null ? { page: 'goal', id: goalId } : { page: 'goal', id: goalId, taskId })}
            className="rounded text-ink-soft underline decoration-line-strong underline-offset-3 hover:text-ink"
          >
            {what}
          </a>
          <time dateTime={new Date(createdAt).toISOString()} className="text-xs text-ink-faint tabular-nums">
            {formatTime(createdAt)}
          </time>
        </p>
        {goal.kind === 'delivered' ? (
          <div className="mt-1.5 space-y-2 rounded-xl border bg-raised p-4">
            <FoldedText text={text} />
            <DownloadButton goalId={goalId} />
          </div>
        ) : (
          <div className="text-sm text-ink-soft">
            <ModelText text={text} />
          </div>
        )}
      </div>
    </article>
  );
}
