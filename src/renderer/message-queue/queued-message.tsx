/** One message in the queue: its text, and buttons that work with mouse, touch and keyboard alike. */
import { ArrowDown, ArrowUp, CornerDownRight, GripVertical, Pencil, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageId } from '../../protocol/ids.ts';
import type { MessageView } from '../../protocol/views.ts';
import { Button } from '../components/ui/button.tsx';
import { Hint } from '../components/ui/hint.tsx';
import { formatNumber } from '../i18n/format.ts';
import { MessageEditor } from '../messages/message-editor.tsx';
import { useServices } from '../services.tsx';
import type { DragHandlers } from './use-reorder.ts';

interface QueuedMessageProps {
  readonly message: MessageView;
  readonly place: { readonly index: number; readonly count: number };
  readonly drag: DragHandlers;
  onMove(id: MessageId, by: number): void;
  onSendNow(): void;
  onRemove(): void;
}

export function QueuedMessage({ message, place, drag, onMove, onSendNow, onRemove }: QueuedMessageProps) {
  const { t } = useTranslation('messages');
  const { t: common } = useTranslation('common');
  const { client, log } = useServices();
  const [editing, setEditing] = useState(false);
  const { id, text } = message;
  const save = async (edited: string) => {
    const changed = await client.messages.editQueued.mutate({ messageId: id, text: edited });
    log(changed.conversationId).upsert([changed]);
  };
  if (editing) {
    return (
      <li className="p-2">
        <MessageEditor
          label={t('queue.editText')}
          text={text}
          submit={common('save')}
          onSubmit={save}
          onClose={() => setEditing(false)}
        />
      </li>
    );
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dragging is one more way of what its buttons do
    <li
      aria-label={t('queue.item', { at: formatNumber(place.index + 1), text: text.slice(0, 60) })}
      className={`flex items-center gap-1 py-1 pr-1.5 pl-1 ${drag.held === id ? 'bg-tint-strong' : ''}`}
      draggable
      onDragStart={(event) => drag.onStart(id, event)}
      onDragOver={(event) => drag.onOver(id, event)}
      onDragEnd={() => drag.onEnd()}
    >
      <span title={t('queue.drag')} className="hidden cursor-grab px-1 text-ink-faint sm:block">
        <GripVertical size={14} aria-hidden />
      </span>
      <p dir="auto" translate="no" className="min-w-0 flex-1 truncate px-1 text-sm">
        {text}
      </p>
      <Hint text={t('queue.sendNowHint')}>
        <Button size="small" variant="ghost" className="text-xs" onClick={onSendNow}>
          <CornerDownRight size={13} aria-hidden />
          <span className="sr-only sm:not-sr-only">{t('queue.sendNow')}</span>
        </Button>
      </Hint>
      <IconButton name={t('queue.up')} disabled={place.index === 0} onClick={() => onMove(id, -1)}>
        <ArrowUp size={14} aria-hidden />
      </IconButton>
      <IconButton name={t('queue.down')} disabled={place.index === place.count - 1} onClick={() => onMove(id, 1)}>
        <ArrowDown size={14} aria-hidden />
      </IconButton>
      <IconButton name={t('queue.edit')} onClick={() => setEditing(true)}>
        <Pencil size={13} aria-hidden />
      </IconButton>
      <IconButton name={t('queue.remove')} onClick={onRemove}>
        <Trash2 size={13} aria-hidden />
      </IconButton>
    </li>
  );
}

interface IconButtonProps {
  readonly name: string;
  readonly disabled?: boolean;
  readonly children: ReactNode;
  onClick(): void;
}

function IconButton({ name, disabled = false, children, onClick }: IconButtonProps) {
  return (
    <Button variant="ghost" size="small-icon" aria-label={name} title={name} disabled={disabled} onClick={onClick}>
      {children}
    </Button>
  );
}
