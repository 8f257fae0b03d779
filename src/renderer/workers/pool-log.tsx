/** What happened to the pool and why, newest first. */
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { PoolNote } from '../../protocol/pool.ts';
import { formatDateTime } from '../i18n/format.ts';
import { numberOf } from './worker-number.ts';

export function PoolLog({ notes }: { readonly notes: readonly PoolNote[] }) {
  const { t } = useTranslation('workers');
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} className="rounded-xl border bg-raised p-4">
      <h2 id={titleId} className="text-[0.9375rem] font-semibold tracking-tight">
        {t('log')}
      </h2>
      {notes.length === 0 ? (
        <p className="mt-2 text-sm text-ink-soft">{t('logEmpty')}</p>
      ) : (
        <ol
          tabIndex={0}
          aria-labelledby={titleId}
          className="mt-2 max-h-96 space-y-1.5 overflow-y-auto text-[0.8125rem]"
        >
          {notes.map((note, index) => (
            // Newest first: counted from the oldest, a note keeps its number.
            <li key={notes.length - index} className="flex flex-wrap gap-x-3">
              <time className="w-44 shrink-0 text-ink-faint tabular-nums" dateTime={new Date(note.at).toISOString()}>
                {formatDateTime(note.at)}
              </time>
              <span className="min-w-0 flex-1 basis-64 wrap-anywhere">
                <Words note={note} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Words({ note }: { readonly note: PoolNote }) {
  const { t } = useTranslation('workers');
  switch (note.type) {
    case 'resized': {
      const { from, to, reason } = note;
      return (
        <>
          {to > from ? t('note.resizedUp', { from, to }) : t('note.resizedDown', { from, to })}{' '}
          <span className="text-ink-soft">{t(`reason.${reason}`)}</span>
        </>
      );
    }
    case 'quarantine':
      return t('note.quarantine', { count: note.count });
    case 'lost':
      return (
        <>
          {t('note.lost', { number: numberOf(note.workerId), reason: t(`lost.${note.reason}`) })}{' '}
          <OwnWords text={note.why} />
        </>
      );
    case 'broken':
      return (
        <>
          {t('note.broken', { number: numberOf(note.workerId) })} <OwnWords text={note.why} />
        </>
      );
    case 'stopped':
      return t('note.stopped', { number: numberOf(note.workerId) });
    case 'resize-asked':
      return t('note.resizeAsked', { min: note.min, max: note.max });
    case 'drain-asked':
      return t('note.drainAsked', { number: numberOf(note.workerId) });
    case 'restart-asked': {
      const number = numberOf(note.workerId);
      return note.how === 'now' ? t('note.restartAskedNow', { number }) : t('note.restartAskedWhenDone', { number });
    }
    default:
      return note satisfies never;
  }
}

/** The system's or the process's own. */
function OwnWords({ text }: { readonly text: string }) {
  return (
    <span translate="no" className="font-mono text-xs text-ink-soft">
      {text}
    </span>
  );
}
