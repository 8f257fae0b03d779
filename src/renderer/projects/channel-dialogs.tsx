import { useSelector } from '@xstate/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { Problem } from '../components/ui/problem.tsx';
import { useRequestId } from '../conversations/use-request-id.ts';
import { useRequest } from '../conversations/use-request.ts';
import type { ProjectView } from '../../protocol/projects.ts';
import type { ConversationView } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { MemberList, type Members } from './member-list.tsx';

interface NewChannelDialogProps {
  /** Null: closed. */
  readonly project: ProjectView | null;
  readonly onClose: () => void;
}

export function NewChannelDialog({ project, onClose }: NewChannelDialogProps) {
  const { t } = useTranslation('conversations');
  return (
    <Dialog
      open={project !== null}
      onClose={onClose}
      title={project === null ? '' : t('newChannelIn', { name: project.name })}
    >
      {project !== null && <NewChannelForm project={project} onClose={onClose} />}
    </Dialog>
  );
}

function NewChannelForm({ project, onClose }: { readonly project: ProjectView; readonly onClose: () => void }) {
  const { t } = useTranslation(['conversations', 'common']);
  const { client, agents } = useServices();
  const { all, defaultId } = useSelector(agents, (known) => known);
  const requestId = useRequestId();
  const [title, setTitle] = useState('');
  const [members, setMembers] = useState<Members>({
    agentIds: all.map(({ id }) => id),
    leadId: all.find(({ id }) => id === defaultId)?.id ?? all[0]?.id ?? null,
  });
  const request = useRequest();
  const { agentIds, leadId } = members;
  return (
    <form
      className="mt-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (leadId === null) return;
        request.run(async () => {
          const input = { projectId: project.id, title: title.trim(), agentIds: [...agentIds], leadId };
          const { id } = await client.projects.createChannel.mutate({ requestId: requestId(input), ...input });
          navigate({ page: 'conversation', id });
        }, onClose);
      }}
    >
      <Field label={t('conversations:channel.name')}>
        {({ id }) => (
          <Input
            id={id}
            value={title}
            placeholder={t('conversations:channel.namePlaceholder')}
            maxLength={200}
            dir="auto"
            autoFocus
            onChange={(event) => setTitle(event.target.value)}
          />
        )}
      </Field>
      <MemberList agents={all} members={members} onChange={setMembers} />
      <Problem text={request.problem} />
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button type="submit" variant="primary" disabled={request.running || title.trim() === '' || leadId === null}>
          {t('conversations:channel.create')}
        </Button>
      </DialogActions>
    </form>
  );
}

interface MembersDialogProps {
  /** Null: closed. */
  readonly channel: ConversationView | null;
  readonly onClose: () => void;
}

export function MembersDialog({ channel, onClose }: MembersDialogProps) {
  const { t } = useTranslation('conversations');
  return (
    <Dialog
      open={channel !== null}
      onClose={onClose}
      title={channel === null ? '' : t('channel.membersOf', { title: channel.title })}
    >
      {channel !== null && <MembersForm channel={channel} onClose={onClose} />}
    </Dialog>
  );
}

function MembersForm({ channel, onClose }: { readonly channel: ConversationView; readonly onClose: () => void }) {
  const { t } = useTranslation(['conversations', 'common']);
  const { client, agents } = useServices();
  const all = useSelector(agents, (known) => known.all);
  const [members, setMembers] = useState<Members>({ agentIds: channel.agentIds, leadId: channel.agentId });
  const request = useRequest();
  const { agentIds, leadId } = members;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (leadId === null) return;
        const input = { id: channel.id, agentIds: [...agentIds], leadId };
        request.run(() => client.conversations.setMembers.mutate(input), onClose);
      }}
    >
      <MemberList agents={all} members={members} onChange={setMembers} />
      <Problem text={request.problem} />
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button type="submit" variant="primary" disabled={request.running || leadId === null}>
          {t('conversations:channel.save')}
        </Button>
      </DialogActions>
    </form>
  );
}
