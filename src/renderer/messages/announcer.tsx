/** Says to a screen reader that an answer is there, or that there is none; what streams is not read out word by word. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelector } from '@xstate/react';
import type { JobId } from '../../protocol/ids.ts';
import type { JobView } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';
import { isAtRest, type Turn } from './turns.ts';

export function Announcer({ turns }: { readonly turns: readonly Turn[] }) {
  const { t } = useTranslation('messages');
  const agents = useSelector(useServices().agents, ({ all }) => all);
  const [seen, setSeen] = useState<{ turns: readonly Turn[]; open: ReadonlySet<JobId>; ended: JobView | null }>({
    turns: [],
    open: new Set(),
    ended: null,
  });
  if (seen.turns !== turns) {
    const jobs = turns.flatMap(({ question }) => question?.jobs ?? []);
    const ended = jobs.findLast((job) => job.state !== 'cancelled' && isAtRest(job) && seen.open.has(job.id));
    const open = new Set(jobs.flatMap((job) => (isAtRest(job) ? [] : [job.id])));
    setSeen({ turns, open, ended: ended ?? seen.ended });
  }
  const { ended } = seen;
  const name = agents.find(({ id }) => id === ended?.agentId)?.name ?? t('answer.somebody');
  return (
    <p role="status" className="sr-only" translate="no">
      {ended !== null && (ended.state === 'failed' ? t('log.failed', { name }) : t('log.finished', { name }))}
    </p>
  );
}
