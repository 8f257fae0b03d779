import { useSelector } from '@xstate/react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { ComposerWithFiles } from '../attachments/composer-with-files.tsx';
import { describeError, isNotFound } from '../connection/refusal.ts';
import type { ConversationId, JobId, MessageId } from '../../protocol/ids.ts';
import type { ConversationView } from '../../protocol/views.ts';
import { QueuePanel } from '../message-queue/queue-panel.tsx';
import { Log } from '../messages/log.tsx';
import { isAtRest } from '../messages/turns.ts';
import { ExcerptView } from '../search/excerpt-view.tsx';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { navigate } from '../shell/route.ts';
import { ConversationHeader } from './conversation-header.tsx';
import { useReading } from './use-reading.ts';
import { useRequest } from './use-request.ts';

interface ConversationPageProps {
  readonly id: ConversationId;
  /** To be shown and marked, as a search's hit is. */
  readonly messageId: MessageId | undefined;
  readonly onMenu: () => void;
}

export function ConversationPage({ id, messageId, onMenu }: ConversationPageProps) {
  const { t } = useTranslation('conversations');
  const services = useServices();
  const conversation = useSelector(services.conversations.state, (list) =>
    list.conversations.find((candidate) => candidate.id === id),
  );
  const agents = useSelector(services.agents, ({ all }) => all);
  const gone = useSelector(services.log(id).state, (state) => state.phase === 'gone');
  useRevival(id, gone, conversation);
  const { stop, problem } = useStop(id);
  const composer = services.composers.get(id);
  useReading(conversation);
  useEffect(() => services.composers.follow(id), [services, id]);
  const members = useMemo(() => {
    if (conversation?.kind !== 'channel') return undefined;
    const { agentIds, agentId } = conversation;
    return { agents: agentIds.flatMap((one) => agents.find((agent) => agent.id === one) ?? []), leadId: agentId };
  }, [conversation, agents]);
  const isEmpty = useSelector(
    services.log(id).state,
    ({ phase, turns, more }) => phase === 'ready' && turns.length === 0 && !more,
  );
  const isSending = useSelector(composer, (snapshot) => snapshot.context.outgoing !== null);
  if (gone) return <Gone id={id} onMenu={onMenu} />;
  const lead = agents.find((agent) => agent.id === members?.leadId)?.name;
  const placeholder = lead === undefined ? t('write') : t('writeChannel', { name: lead });
  return (
    <>
      <ConversationHeader conversation={conversation} onMenu={onMenu} />
      {isEmpty && !isSending && <NothingYet conversation={conversation} lead={lead} />}
      {messageId === undefined ? (
        <Log id={id} composer={composer} />
      ) : (
        <ExcerptView key={messageId} id={id} messageId={messageId} composer={composer} />
      )}
      {problem !== null && (
        <p role="alert" className="px-4 pb-2 text-center text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
      <QueuePanel id={id} />
      <ComposerWithFiles
        composerKey={id}
        {...(members !== undefined && { members })}
        placeholder={stop === null ? placeholder : t('writeNext')}
        onStop={stop}
      />
    </>
  );
}

/** Over the empty log: what this place is for. */
function NothingYet({
  conversation,
  lead,
}: {
  readonly conversation: ConversationView | undefined;
  readonly lead: string | undefined;
}) {
  const { t } = useTranslation('conversations');
  if (conversation === undefined) return null;
  return (
    <div className="relative">
      <div className="pointer-events-none absolute inset-x-0 top-16 z-10 px-6 text-center">
        <p className="text-lg font-semibold tracking-tight">{t('nothingYet')}</p>
        <p className="mx-auto mt-1 max-w-md text-sm text-ink-soft">
          {lead === undefined ? t('nothingYetHint') : t('nothingYetChannel', { name: lead })}
        </p>
      </div>
    </div>
  );
}

/** One that comes back after it was removed is read anew. The list may tell of both at once, so the service is asked. */
function useRevival(id: ConversationId, gone: boolean, conversation: ConversationView | undefined): void {
  const services = useServices();
  const [, draw] = useState(0);
  useEffect(() => {
    if (!gone || conversation === undefined) return undefined;
    let over = false;
    services.client.conversations.get.query({ id }).then(
      () => {
        if (over) return;
        services.forgetLog(id);
        draw((count) => count + 1);
      },
      (error: unknown) => {
        if (!isNotFound(error)) console.warn('Whether the conversation is back could not be asked.', error);
      },
    );
    return () => {
      over = true;
    };
  }, [services, id, gone, conversation]);
}

/** Stops what answers the first question that is not answered yet: in a channel several agents at once. Null: nothing does. */
function useStop(id: ConversationId) {
  const { client, log } = useServices();
  const [problem, setProblem] = useState<string | null>(null);
  const running = useSelector(log(id).state, ({ turns }) => {
    for (const { question } of turns) {
      const open = (question?.jobs ?? []).filter((job) => !isAtRest(job) && !job.heldByFailure);
      if (open.length > 0) return open.map((job) => job.id).join(' ');
    }
    return '';
  });
  const stop =
    running === ''
      ? null
      : () => {
          setProblem(null);
          for (const jobId of running.split(' ') as JobId[]) {
            client.jobs.cancel.mutate({ id: jobId }).catch((error: unknown) => setProblem(describeError(error)));
          }
        };
  return { stop, problem };
}

function Gone({ id, onMenu }: Omit<ConversationPageProps, 'messageId'>) {
  const { t } = useTranslation('conversations');
  const { client } = useServices();
  const request = useRequest();
  return (
    <>
      <PageHeader title={t('conversation')} onMenu={onMenu} />
      <div className="grid flex-1 place-items-center p-6 text-center">
        <div>
          <p className="text-lg font-semibold tracking-tight">{t('goneTitle')}</p>
          <p className="mt-1 text-sm text-ink-soft">{t('goneHint')}</p>
          {request.problem !== null && (
            <p role="alert" translate="no" className="mt-2 text-[0.8125rem] text-alarm">
              {request.problem}
            </p>
          )}
          <div className="mt-4 flex flex-wrap justify-center gap-2">
            <Button
              disabled={request.running}
              onClick={() =>
                request.run(
                  () => client.conversations.restore.mutate({ id }),
                  () => request.clear(),
                )
              }
            >
              {t('bringBack')}
            </Button>
            <Button variant="primary" onClick={() => navigate({ page: 'new' })}>
              {t('beginNew')}
            </Button>
          </div>
        </div>
      </div>
    </>
  );
}
