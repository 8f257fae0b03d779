import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import type { ConversationView } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';
import { currentRoute, navigate } from '../shell/route.ts';
import { useRequest } from './use-request.ts';

interface RemoveDialogProps {
  /** Null: closed. */
  readonly conversation: ConversationView | null;
  readonly onClose: () => void;
}

export function RemoveDialog({ conversation, onClose }: RemoveDialogProps) {
  const { client, composers } = useServices();
  const request = useRequest();
  const close = () => {
    request.clear();
    onClose();
  };
  const remove = (id: ConversationView['id']) =>
    request.run(
      () => client.conversations.remove.mutate({ id }),
      () => {
        const route = currentRoute();
        if (route.page === 'conversation' && route.id === id) navigate({ page: 'new' });
        composers.forget(id);
        close();
      },
    );
  return (
    <Dialog open={conversation !== null} onClose={close} title="Remove this conversation?">
      {conversation !== null && (
        <>
          <p className="mt-1.5 text-sm text-ink-soft">
            “{conversation.title}” and its messages are deleted.
            {conversation.openJobs > 0 && ' Answers that are still under way are stopped.'} This cannot be undone.
          </p>
          {request.problem !== null && (
            <p role="alert" className="mt-2 text-[13px] text-alarm">
              {request.problem}
            </p>
          )}
          <DialogActions>
            <Button onClick={close} autoFocus>
              Keep it
            </Button>
            <Button variant="danger" disabled={request.running} onClick={() => remove(conversation.id)}>
              Remove
            </Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}
