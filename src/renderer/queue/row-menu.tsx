/** What can be done with one job, where its row's button is; above it, when a waiting one will have its turn. */
import { DropdownMenu as Menu } from 'radix-ui';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem } from '../components/ui/dropdown-menu.tsx';
import type { JobLine } from '../../protocol/queue.ts';
import type { JobView } from '../../protocol/views.ts';
import { useNow } from '../remote/use-now.ts';
import { useServices } from '../services.tsx';
import { formatWhen } from './durations.ts';
import { useRowActions } from './row-actions.ts';

interface RowMenuProps {
  readonly line: JobLine;
  /** A selector of the button that it stands at. */
  readonly anchor: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
  readonly onProblem: (problem: string) => void;
}

export function RowMenu({ line, anchor, onClose, onDone, onProblem }: RowMenuProps) {
  const { t } = useTranslation('queue');
  const actions = useRowActions({ line, onDone, onProblem });
  const at = document.querySelector(anchor)?.getBoundingClientRect();
  return (
    <DropdownMenu open onOpenChange={(open) => open || onClose()}>
      <Menu.Trigger asChild>
        <span
          aria-hidden
          className="pointer-events-none fixed size-8"
          style={{ left: at?.left ?? 0, top: at?.top ?? 0 }}
        />
      </Menu.Trigger>
      <DropdownMenuContent
        align="end"
        aria-label={t('menu', { name: line.words === '' ? line.name : line.words })}
        onCloseAutoFocus={(event) => event.preventDefault()}
      >
        {line.state === 'waiting' && <Turn id={line.id} />}
        {actions.map(({ id, title, danger, run }) => (
          <DropdownMenuItem key={id} danger={danger} onSelect={run}>
            {title}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

/** Its place in line, and about when it will start. */
function Turn({ id }: { readonly id: JobLine['id'] }) {
  const { t } = useTranslation('queue');
  const { client } = useServices();
  const [job, setJob] = useState<JobView | null>(null);
  const now = useNow(false);
  useEffect(() => {
    let shown = true;
    client.jobs.get.query({ id }).then(
      (view) => {
        if (shown) setJob(view);
      },
      // It is a note beside the menu: without it the menu is as useful, and a job that is gone is told of by its row.
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, [client, id]);
  const place = job === null || job.state !== 'waiting' ? undefined : (job.place ?? Infinity);
  const words =
    place === undefined
      ? ''
      : place === 0
        ? t('next')
        : place === Infinity
          ? t('farBack')
          : t('ahead', { count: place });
  const start = job?.expectedStartAt ?? null;
  return (
    <Menu.Label className="max-w-64 px-2.5 py-1.5 text-xs text-ink-faint">
      <span className="block min-h-4">{words}</span>
      {job?.pausedBy != null && <span className="block">{t(`pausedBy.${job.pausedBy}`)}</span>}
      {start !== null && <span className="block">{t('startsAbout', { when: formatWhen(start, now) })}</span>}
    </Menu.Label>
  );
}
