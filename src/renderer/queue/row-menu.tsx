/** What can be done with one job, where its row's button is. Only what its machine accepts now is offered. */
import { DropdownMenu as Menu } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem } from '../components/ui/dropdown-menu.tsx';
import { describeError } from '../connection/refusal.ts';
import type { Client } from '../connection/client.ts';
import type { JobUserEvent } from '../../protocol/views.ts';
import type { JobLine } from '../../protocol/queue.ts';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { lanes } from './filters.ts';

interface RowMenuProps {
  /** Null: closed. */
  readonly line: JobLine | null;
  /** A selector of the button that it stands at. */
  readonly anchor: string | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
  readonly onProblem: (problem: string) => void;
}

const wordOf = { RETRY: 'retry', SKIP: 'skip', PROMOTE: 'promote', CANCEL: 'cancel' } as const;
const order = ['RETRY', 'SKIP', 'PROMOTE', 'CANCEL'] as const satisfies readonly JobUserEvent[];

export function send(client: Client, line: JobLine, event: JobUserEvent): Promise<unknown> {
  return client.jobs[wordOf[event]].mutate({ id: line.id });
}

export function RowMenu({ line, anchor, onClose, onDone, onProblem }: RowMenuProps) {
  const { t } = useTranslation('queue');
  const { t: words } = useTranslation('common');
  const { client } = useServices();
  const run = (call: () => Promise<unknown>) => {
    call().then(onDone, (error: unknown) => {
      onProblem(describeError(error));
      onDone();
    });
  };
  if (line === null || anchor === null) return null;
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
        <DropdownMenuItem onSelect={() => navigate({ page: 'job', id: line.id })}>{t('open')}</DropdownMenuItem>
        {order
          .filter((event) => line.can.includes(event))
          .map((event) => (
            <DropdownMenuItem
              key={event}
              danger={event === 'CANCEL'}
              onSelect={() => run(() => send(client, line, event))}
            >
              {t(wordOf[event])}
            </DropdownMenuItem>
          ))}
        {line.canChangeLane &&
          lanes
            .filter((lane) => lane !== line.lane)
            .map((lane) => (
              <DropdownMenuItem
                key={lane}
                onSelect={() => run(() => client.jobs.setLane.mutate({ id: line.id, lane }))}
              >
                {t('moveTo', { lane: words(`lane.${lane}`) })}
              </DropdownMenuItem>
            ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
