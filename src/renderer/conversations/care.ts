/** What one does to conversations and projects from menus and commands: at once, and with a way back where it takes away. */
import type { ProjectView } from '../../protocol/projects.ts';
import type { ConversationView } from '../../protocol/views.ts';
import { describeError } from '../connection/refusal.ts';
import { i18n } from '../i18n/i18n.ts';
import type { Services } from '../services.tsx';
import { currentRoute, navigate } from '../shell/route.ts';

type Needs = Pick<Services, 'client' | 'toasts'>;

/** Runs it; a refusal becomes a note. True when it went well. */
async function tried({ toasts }: Needs, call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    toasts.show({ id: 'failed', title: i18n.t('conversations:failed'), text: describeError(error), tone: 'alarm' });
    return false;
  }
}

export async function setPinned(needs: Needs, { id }: ConversationView, pinned: boolean): Promise<void> {
  await tried(needs, () => needs.client.conversations.organize.mutate({ id, pinned }));
}

export async function setArchived(needs: Needs, { id, title }: ConversationView, archived: boolean): Promise<void> {
  if (!(await tried(needs, () => needs.client.conversations.organize.mutate({ id, archived })))) return;
  if (!archived) return;
  needs.toasts.show({
    id: `archived:${id}`,
    title: i18n.t('conversations:archivedToast', { title }),
    action: {
      label: i18n.t('conversations:undo'),
      run: () => void tried(needs, () => needs.client.conversations.organize.mutate({ id, archived: false })),
    },
  });
}

/** Leads away from it when it is on screen. Undo brings it back, and back on screen. */
export async function removeConversation(needs: Needs, { id, title, openJobs }: ConversationView): Promise<void> {
  const route = currentRoute();
  const wasShown = route.page === 'conversation' && route.id === id;
  if (wasShown) navigate({ page: 'new' });
  if (!(await tried(needs, () => needs.client.conversations.remove.mutate({ id })))) {
    if (wasShown) navigate({ page: 'conversation', id });
    return;
  }
  const stopped = openJobs === 0 ? [] : [i18n.t('conversations:removedStopped', { count: openJobs })];
  needs.toasts.show({
    id: `removed:${id}`,
    title: i18n.t('conversations:removed', { title }),
    text: [...stopped, i18n.t('conversations:removedHint')].join(' '),
    lifeMs: 12_000,
    action: {
      label: i18n.t('conversations:undo'),
      run: () =>
        void tried(needs, () => needs.client.conversations.restore.mutate({ id })).then((back) => {
          if (back && wasShown) navigate({ page: 'conversation', id });
        }),
    },
  });
}

export async function setProjectArchived(needs: Needs, { id }: ProjectView, archived: boolean): Promise<void> {
  await tried(needs, () => needs.client.projects.update.mutate({ id, archived }));
}

export async function removeProject(
  needs: Needs,
  { id, name }: ProjectView,
  channels: readonly ConversationView[],
): Promise<void> {
  const route = currentRoute();
  if (channels.some((channel) => route.page === 'conversation' && route.id === channel.id)) navigate({ page: 'new' });
  if (!(await tried(needs, () => needs.client.projects.remove.mutate({ id })))) return;
  const openJobs = channels.reduce((sum, channel) => sum + channel.openJobs, 0);
  const stopped = openJobs === 0 ? [] : [i18n.t('conversations:removedStopped', { count: openJobs })];
  needs.toasts.show({
    id: `removed:${id}`,
    title: i18n.t('conversations:removedProject', { title: name }),
    text: [...stopped, i18n.t('conversations:removedHint')].join(' '),
    lifeMs: 12_000,
    action: {
      label: i18n.t('conversations:undo'),
      run: () => void tried(needs, () => needs.client.projects.restore.mutate({ id })),
    },
  });
}
