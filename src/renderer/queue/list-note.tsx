/** What is to be said of the list: that it is being made, that it is empty, that it could not be read, what is new. */
import { ArrowUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { hashOf } from '../shell/route.ts';
import type { JobListState } from './job-list.ts';

interface ListNoteProps {
  readonly state: JobListState;
  /** Somebody looks at certain rows: the list does not follow by itself. */
  readonly busy: boolean;
  readonly filtered: boolean;
  readonly onRenew: () => void;
}

export function ListNote({ state, busy, filtered, onRenew }: ListNoteProps) {
  const { t } = useTranslation('queue');
  const { status, total, news, problem } = state;
  if (status === 'failed') {
    return (
      <Empty title={t('failedTitle')} hint={problem ?? ''} alarm>
        <Button onClick={onRenew}>{t('tryAgain')}</Button>
      </Empty>
    );
  }
  if (status === 'opening') {
    return (
      <p role="status" className="grid flex-1 place-items-center border-t text-sm text-ink-faint">
        {t('opening')}
      </p>
    );
  }
  if (total === 0) {
    return filtered ? (
      <Empty title={t('noneTitle')} hint={t('noneHint')}>
        <a href={hashOf({ page: 'queue' })} className="text-sm text-lamp-text underline">
          {t('clearFilters')}
        </a>
      </Empty>
    ) : (
      <Empty title={t('emptyTitle')} hint={t('emptyHint')} />
    );
  }
  if (!busy || news.added + news.gone === 0) return null;
  return (
    <div className="pointer-events-none absolute inset-x-0 top-12 z-20 flex justify-center">
      <button
        type="button"
        onClick={onRenew}
        title={t('renew')}
        className="pointer-events-auto flex h-8 animate-rise items-center gap-1.5 rounded-full bg-ink px-3.5 text-[0.8125rem] font-medium text-paper shadow-float"
      >
        <ArrowUp size={14} aria-hidden />
        {news.added > 0 ? t('news', { count: news.added }) : t('left', { count: news.gone })}
      </button>
    </div>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly hint: string;
  readonly alarm?: boolean;
  readonly children?: React.ReactNode;
}

function Empty({ title, hint, alarm = false, children }: EmptyProps) {
  return (
    <div role={alarm ? 'alert' : undefined} className="grid flex-1 place-items-center border-t p-6 text-center">
      <div className="max-w-sm">
        <h2 className="text-base font-semibold tracking-tight">{title}</h2>
        <p className="mt-1 mb-3 text-sm text-ink-soft">{hint}</p>
        {children}
      </div>
    </div>
  );
}
