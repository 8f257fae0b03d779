import { useSelector } from '@xstate/react';
import { useState } from 'react';
import { Button } from '../components/ui/button.tsx';
import { Composer } from '../composer/composer.tsx';
import { describeError } from '../connection/refusal.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { AgentView } from '../../protocol/views.ts';
import { Log } from '../messages/log.tsx';
import { isAtRest } from '../messages/turns.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { navigate } from '../shell/route.ts';

interface ConversationPageProps {
  readonly id: ConversationId;
  readonly onMenu: () => void;
}

export function ConversationPage({ id, onMenu }: ConversationPageProps) {
  const services = useServices();
  const conversation = useSelector(services.conversations.state, (list) =>
    list.conversations.find((candidate) => candidate.id === id),
  );
  const agent = useSelector(services.agents, ({ all }) =>
    all.find(({ id: agentId }) => agentId === conversation?.agentId),
  );
  const gone = useSelector(services.log(id).state, (state) => state.phase === 'gone');
  const { stop, problem } = useStop(id);
  const composer = services.composers.get(id);
  if (gone) return <Gone onMenu={onMenu} />;
  return (
    <>
      <PageHeader title={conversation?.title ?? 'Conversation'} onMenu={onMenu}>
        {agent !== undefined && <AgentBadge agent={agent} />}
      </PageHeader>
      <Log id={id} composer={composer} />
      {problem !== null && (
        <p role="alert" className="px-4 pb-2 text-center text-[13px] text-alarm">
          {problem}
        </p>
      )}
      <Composer
        actor={composer}
        placeholder={stop === null ? 'Write a message' : 'Write the next one; it queues behind this answer'}
        onStop={stop}
      />
    </>
  );
}

/** Stops the answer that is under way: the first job that has not ended. Null when none is. */
function useStop(id: ConversationId) {
  const { client, log } = useServices();
  const [problem, setProblem] = useState<string | null>(null);
  const jobId = useSelector(log(id).state, ({ turns }) => {
    const jobs = turns.flatMap(({ question }) => question?.jobs ?? []);
    return jobs.find((job) => !isAtRest(job) && !job.heldByFailure)?.id ?? null;
  });
  const stop =
    jobId === null
      ? null
      : () => {
          setProblem(null);
          client.jobs.cancel.mutate({ id: jobId }).catch((error: unknown) => setProblem(describeError(error)));
        };
  return { stop, problem };
}

function AgentBadge({ agent }: { readonly agent: AgentView }) {
  return (
    <p className="flex min-w-0 shrink items-baseline gap-2 text-[13px]">
      <span className="hidden truncate text-ink-soft sm:inline">{agent.name}</span>
      <span className="truncate rounded-md bg-tint px-2 py-0.5 font-mono text-xs text-ink-soft">{agent.model}</span>
    </p>
  );
}

function Gone({ onMenu }: { readonly onMenu: () => void }) {
  return (
    <>
      <PageHeader title="Conversation" onMenu={onMenu} />
      <div className="grid flex-1 place-items-center p-6 text-center">
        <div>
          <p className="text-lg font-semibold tracking-tight">This conversation no longer exists</p>
          <p className="mt-1 text-sm text-ink-soft">It was removed, here or in another window.</p>
          <Button className="mt-4" onClick={() => navigate({ page: 'new' })}>
            Begin a new one
          </Button>
        </div>
      </div>
    </>
  );
}
