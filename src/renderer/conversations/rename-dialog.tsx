import { useTranslation } from 'react-i18next';
import { Dialog } from '../components/ui/dialog.tsx';
import type { ConversationView } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';
import { NameForm } from './name-form.tsx';

interface RenameDialogProps {
  /** Null: closed. */
  readonly conversation: ConversationView | null;
  readonly onClose: () => void;
}

export function RenameDialog({ conversation, onClose }: RenameDialogProps) {
  const { t } = useTranslation('conversations');
  const { client } = useServices();
  return (
    <Dialog
      open={conversation !== null}
      onClose={onClose}
      title={t(conversation?.kind === 'channel' ? 'renameChannel' : 'renameConversation')}
    >
      {conversation !== null && (
        <NameForm
          label={t('title')}
          initial={conversation.title}
          action={t('rename')}
          save={(title) => client.conversations.rename.mutate({ id: conversation.id, title })}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}
