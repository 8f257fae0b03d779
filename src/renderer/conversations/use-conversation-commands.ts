import { useSelector } from '@xstate/react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands, type Command } from '../commands/commands.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { ConversationView } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';
import { navigate, useRoute } from '../shell/route.ts';
import { ask } from './asking.ts';
import { removeConversation, setArchived, setPinned } from './care.ts';
import { inOrder, sectionsOf } from './sections.ts';

/** What can be done with conversations, by name and by key, wherever one is. */
export function useConversationCommands(): void {
  const { t } = useTranslation('conversations');
  const services = useServices();
  const route = useRoute();
  const currentId = route.page === 'conversation' ? route.id : null;
  const current = useSelector(services.conversations.state, ({ conversations }) =>
    conversations.find(({ id }) => id === currentId),
  );
  const { projects } = useSelector(services.projects, (list) => list);
  useCommands(
    useMemo(() => {
      const group = t('commands.group');
      const order = () => {
        const { conversations } = services.conversations.latest.getSnapshot();
        return inOrder(sectionsOf(conversations, services.projects.getSnapshot().projects));
      };
      const always: Command[] = [
        {
          id: 'conversation.new',
          title: t('commands.new'),
          group,
          shortcut: 'mod+shift+o',
          run: () => navigate({ page: 'new' }),
        },
        { id: 'project.new', title: t('commands.newProject'), group, run: () => ask({ what: 'new-project' }) },
        {
          id: 'conversation.next',
          title: t('commands.next'),
          group,
          shortcut: 'alt+arrowdown',
          run: () => go(order(), currentId, 1),
        },
        {
          id: 'conversation.previous',
          title: t('commands.previous'),
          group,
          shortcut: 'alt+arrowup',
          run: () => go(order(), currentId, -1),
        },
        {
          id: 'conversation.unread',
          title: t('commands.unread'),
          group,
          shortcut: 'alt+shift+arrowdown',
          run: () => goToUnread(order(), currentId),
        },
      ];
      const channels = projects
        .filter(({ archivedAt }) => archivedAt === null)
        .map(({ id, name }): Command => ({
          id: `channel.new.${id}`,
          title: t('commands.newChannel', { name }),
          group,
          run: () => ask({ what: 'new-channel', projectId: id }),
        }));
      return [...always, ...channels];
    }, [services, projects, currentId, t]),
  );
  useCommands(
    useMemo(() => {
      if (current === undefined) return [];
      const group = t('commands.group');
      const { id, kind, pinnedAt, archivedAt } = current;
      const command = (name: string, title: string, run: () => void): Command => ({
        id: `conversation.${name}`,
        title,
        group,
        run,
      });
      return [
        command('rename', t('commands.rename'), () => ask({ what: 'rename', id })),
        command('settings', t('commands.settings'), () => ask({ what: 'settings', id })),
        ...(kind === 'channel' ? [command('members', t('commands.members'), () => ask({ what: 'members', id }))] : []),
        command(
          'pin',
          t(pinnedAt === null ? 'commands.pin' : 'commands.unpin'),
          () => void setPinned(services, current, pinnedAt === null),
        ),
        command(
          'archive',
          t(archivedAt === null ? 'commands.archive' : 'commands.unarchive'),
          () => void setArchived(services, current, archivedAt === null),
        ),
        command('remove', t('commands.remove'), () => void removeConversation(services, current)),
      ];
    }, [services, current, t]),
  );
}

function show(id: ConversationId | undefined): void {
  if (id !== undefined) navigate({ page: 'conversation', id });
}

/** From the last one to the first, and the other way round. */
function go(order: readonly ConversationView[], from: ConversationId | null, step: 1 | -1): void {
  const at = order.findIndex(({ id }) => id === from);
  const next = at === -1 ? (step === 1 ? 0 : order.length - 1) : (at + step + order.length) % order.length;
  show(order[next]?.id);
}

function goToUnread(order: readonly ConversationView[], from: ConversationId | null): void {
  const at = order.findIndex(({ id }) => id === from);
  const around = [...order.slice(at + 1), ...order.slice(0, at + 1)];
  show(around.find(({ unread, id }) => unread > 0 && id !== from)?.id);
}
