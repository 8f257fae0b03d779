import { useSelector } from '@xstate/react';
import type { ConversationId, ProjectId } from '../../protocol/ids.ts';
import { MembersDialog, NewChannelDialog } from '../projects/channel-dialogs.tsx';
import { NewProjectDialog, RenameProjectDialog } from '../projects/project-dialogs.tsx';
import { useServices } from '../services.tsx';
import { asking, closeDialog, type Asking } from './asking.ts';
import { OwnSettingsDialog } from './own-settings-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';

/** All dialogs about conversations and projects, once for the page: menus, headers and commands open them. */
export function ConversationDialogs() {
  const { conversations, projects } = useServices();
  const current = useSelector(asking, (state) => state.current);
  const list = useSelector(conversations.state, (state) => state.conversations);
  const allProjects = useSelector(projects, (state) => state.projects);
  const conversationFor = (what: Asking['what']) => {
    const id: ConversationId | null = current !== null && 'id' in current && current.what === what ? current.id : null;
    return id === null ? null : (list.find((conversation) => conversation.id === id) ?? null);
  };
  const projectFor = (what: Asking['what']) => {
    const isIt = current !== null && 'projectId' in current && current.what === what;
    const id: ProjectId | null = isIt ? current.projectId : null;
    return id === null ? null : (allProjects.find((project) => project.id === id) ?? null);
  };
  return (
    <>
      <RenameDialog conversation={conversationFor('rename')} onClose={closeDialog} />
      <OwnSettingsDialog conversation={conversationFor('settings')} onClose={closeDialog} />
      <MembersDialog channel={conversationFor('members')} onClose={closeDialog} />
      <NewProjectDialog open={current?.what === 'new-project'} onClose={() => closeAsk('new-project')} />
      <RenameProjectDialog project={projectFor('rename-project')} onClose={closeDialog} />
      <NewChannelDialog project={projectFor('new-channel')} onClose={() => closeAsk('new-channel')} />
    </>
  );
}

/** Closes it, unless the next one has been opened meanwhile. */
function closeAsk(what: Asking['what']): void {
  if (asking.getSnapshot().current?.what === what) closeDialog();
}
