import { useState } from 'react';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { Input } from '../components/ui/input.tsx';
import type { ConversationView } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';
import { useRequest } from './use-request.ts';

interface RenameDialogProps {
  /** Null: closed. */
  readonly conversation: ConversationView | null;
  readonly onClose: () => void;
}

export function RenameDialog({ conversation, onClose }: RenameDialogProps) {
  return (
    <Dialog open={conversation !== null} onClose={onClose} title="Rename conversation">
      {conversation !== null && <RenameForm conversation={conversation} onClose={onClose} />}
    </Dialog>
  );
}

function RenameForm({
  conversation,
  onClose,
}: {
  readonly conversation: ConversationView;
  readonly onClose: () => void;
}) {
  const { client } = useServices();
  const [title, setTitle] = useState(conversation.title);
  const request = useRequest();
  return (
    <form
      className="mt-4"
      onSubmit={(event) => {
        event.preventDefault();
        request.run(() => client.conversations.rename.mutate({ id: conversation.id, title }), onClose);
      }}
    >
      <Input
        aria-label="Title"
        value={title}
        maxLength={200}
        autoFocus
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTitle(event.target.value)}
      />
      {request.problem !== null && (
        <p role="alert" className="mt-2 text-[13px] text-alarm">
          {request.problem}
        </p>
      )}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" disabled={request.running || title.trim() === ''}>
          Rename
        </Button>
      </DialogActions>
    </form>
  );
}
