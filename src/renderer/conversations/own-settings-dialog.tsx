import { useSelector } from '@xstate/react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../components/ui/dialog.tsx';
import { Problem } from '../components/ui/problem.tsx';
import { describeError } from '../connection/refusal.ts';
import type { ConversationSettings } from '../../protocol/conversations.ts';
import type { ConversationView } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';
import { OwnSettingsForm } from './own-settings-form.tsx';

interface OwnSettingsDialogProps {
  /** Null: closed. */
  readonly conversation: ConversationView | null;
  readonly onClose: () => void;
}

/** What a conversation has of its own, beside what it has from its agent. */
export function OwnSettingsDialog({ conversation, onClose }: OwnSettingsDialogProps) {
  const { t } = useTranslation('conversations');
  return (
    <Dialog
      open={conversation !== null}
      onClose={onClose}
      title={t('own.title')}
      className="w-[min(36rem,calc(100vw-1.5rem))]"
    >
      {conversation !== null && <Loader key={conversation.id} conversation={conversation} onClose={onClose} />}
    </Dialog>
  );
}

interface LoaderProps {
  readonly conversation: ConversationView;
  readonly onClose: () => void;
}

function Loader({ conversation, onClose }: LoaderProps) {
  const { t } = useTranslation('conversations');
  const { client, agents } = useServices();
  const all = useSelector(agents, (known) => known.all);
  const [own, setOwn] = useState<ConversationSettings | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { id } = conversation;
  useEffect(() => {
    let over = false;
    client.conversations.settings.query({ id }).then(
      (settings) => {
        if (!over) setOwn(settings);
      },
      (error: unknown) => {
        if (!over) setProblem(describeError(error));
      },
    );
    return () => {
      over = true;
    };
  }, [client, id]);
  const agent = all.find((candidate) => candidate.id === conversation.agentId);
  if (own === null || agent === undefined) {
    return (
      <>
        <p role="status" className="mt-4 text-sm text-ink-faint">
          {problem === null && t('own.loading')}
        </p>
        <Problem text={problem} />
      </>
    );
  }
  return <OwnSettingsForm conversation={conversation} agents={all} agent={agent} own={own} onClose={onClose} />;
}
