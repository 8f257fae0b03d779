/** A box in which a message is edited where it stands: Escape leaves it as it was, Control or Command with Enter sends. */
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { useGrowingBox } from '../components/ui/use-growing-box.ts';
import { useRequest } from '../conversations/use-request.ts';

interface MessageEditorProps {
  readonly label: string;
  readonly text: string;
  readonly submit: string;
  readonly hint?: string;
  /** `requestId`: the same for as long as the text is, so that what was sent twice arrives once. */
  onSubmit(text: string, requestId: string): Promise<unknown>;
  onClose(): void;
}

export function MessageEditor({ label, text, submit, hint, onSubmit, onClose }: MessageEditorProps) {
  const { t } = useTranslation('common');
  const box = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState(text);
  const [requestId, setRequestId] = useState(() => crypto.randomUUID());
  const { running, problem, run } = useRequest();
  const canSend = draft.trim() !== '' && !running;
  const send = () => {
    if (canSend) run(() => onSubmit(draft, requestId), onClose);
  };
  useGrowingBox(box, draft);
  useLayoutEffect(() => {
    box.current?.focus();
    box.current?.setSelectionRange(text.length, text.length);
  }, [text]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    }
  };
  return (
    <div className="rounded-2xl border border-line-strong bg-raised p-2 focus-within:border-lamp-text">
      <textarea
        ref={box}
        aria-label={label}
        dir="auto"
        rows={1}
        translate="no"
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          setRequestId(crypto.randomUUID());
        }}
        onKeyDown={onKeyDown}
        className="max-h-[40dvh] w-full resize-none bg-transparent px-2 py-1.5 leading-6 outline-none"
      />
      <div className="flex flex-wrap items-center justify-end gap-2 px-1 pt-1">
        {hint !== undefined && <p className="mr-auto text-xs text-ink-faint">{hint}</p>}
        {problem !== null && (
          <p role="alert" className="text-[0.8125rem] text-alarm">
            {problem}
          </p>
        )}
        <Button size="small" variant="ghost" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button size="small" variant="primary" disabled={!canSend} onClick={send}>
          {submit}
        </Button>
      </div>
    </div>
  );
}
