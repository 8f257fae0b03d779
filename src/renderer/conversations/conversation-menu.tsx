import { Archive, ArchiveRestore, PenLine, Pin, PinOff, SlidersHorizontal, Trash2, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { DropdownMenuItem } from '../components/ui/dropdown-menu.tsx';
import { ExportItems } from '../conversation-files/export-items.tsx';
import type { ConversationView } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';
import { ask } from './asking.ts';
import { removeConversation, setArchived, setPinned } from './care.ts';

/** What can be done to a conversation: in its line of the side bar and in its header. */
export function ConversationMenuItems({ conversation }: { readonly conversation: ConversationView }) {
  const { t } = useTranslation('conversations');
  const services = useServices();
  const { id, kind, pinnedAt, archivedAt } = conversation;
  const isPinned = pinnedAt !== null;
  const isArchived = archivedAt !== null;
  return (
    <>
      <DropdownMenuItem onSelect={() => void setPinned(services, conversation, !isPinned)}>
        {isPinned ? <PinOff {...icon} /> : <Pin {...icon} />}
        {t(isPinned ? 'unpin' : 'pin')}
      </DropdownMenuItem>
      <DropdownMenuItem onSelect={() => ask({ what: 'rename', id })}>
        <PenLine {...icon} />
        {t('rename')}
      </DropdownMenuItem>
      {kind === 'channel' && (
        <DropdownMenuItem onSelect={() => ask({ what: 'members', id })}>
          <Users {...icon} />
          {t('members')}
        </DropdownMenuItem>
      )}
      <DropdownMenuItem onSelect={() => ask({ what: 'settings', id })}>
        <SlidersHorizontal {...icon} />
        {t('settings')}
      </DropdownMenuItem>
      <DropdownMenuItem onSelect={() => void setArchived(services, conversation, !isArchived)}>
        {isArchived ? <ArchiveRestore {...icon} /> : <Archive {...icon} />}
        {t(isArchived ? 'unarchive' : 'archive')}
      </DropdownMenuItem>
      <ExportItems id={id} />
      <DropdownMenuItem danger onSelect={() => void removeConversation(services, conversation)}>
        <Trash2 size={15} aria-hidden />
        {t('remove')}
      </DropdownMenuItem>
    </>
  );
}

const icon = { size: 15, 'aria-hidden': true, className: 'text-ink-faint' } as const;
