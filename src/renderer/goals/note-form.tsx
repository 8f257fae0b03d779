/** A box for some sentences and what sends them: an answer, a note to the planner, a reason. */
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { useDeedIds } from '../conversations/use-request-id.ts';

interface NoteFormProps {
  readonly label: string;
  /** The label is seen only by those who read with a screen reader; the placeholder says it to the others. */
  readonly hiddenLabel?: boolean;
  readonly placeholder?: string;
  readonly hint?: string;
  readonly action: string;
  /** Nothing may be written. */
  readonly optional?: boolean;
  /** In a dialog: a way out beside the button that sends. */
  readonly onCancel?: () => void;
  /** `requestId`: the same for the same text, so that pressing again after an answer that was lost does nothing twice. */
  readonly send: (text: string, requestId: string) => Promise<unknown>;
  readonly onSent: () => void;
}

export function NoteForm(props: NoteFormProps) {
  const { label, hiddenLabel = false, placeholder, hint, action, optional = false, onCancel, send, onSent } = props;
  const { t } = useTranslation('common');
  const [text, setText] = useState('');
  const { running, problem, run } = useRequest();
  const { requestId, settled } = useDeedIds();
  const written = text.trim();
  const submit = () => {
    if (running || (written === '' && !optional)) return;
    run(
      () => send(written, requestId(written)),
      () => {
        setText('');
        // The same words once more, to what is asked next, are another request.
        settled();
        onSent();
      },
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label className="block">
        <span className={hiddenLabel ? 'sr-only' : 'mb-1 block text-[0.8125rem] font-medium'}>{label}</span>
        <textarea
          value={text}
          rows={1}
          dir="auto"
          placeholder={placeholder}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="field-sizing-content max-h-60 min-h-10 w-full resize-none rounded-lg border border-line-strong bg-paper px-3 py-2 text-sm text-ink placeholder:text-ink-faint"
        />
      </label>
      {problem !== null && (
        <p role="alert" translate="no" className="mt-1 text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
      <div className="mt-2 flex flex-wrap items-center justify-end gap-2">
        {hint !== undefined && <span className="mr-auto text-xs text-ink-faint">{hint}</span>}
        {onCancel !== undefined && <Button onClick={onCancel}>{t('cancel')}</Button>}
        <Button
          type="submit"
          variant="primary"
          size={onCancel === undefined ? 'small' : 'medium'}
          disabled={running || (written === '' && !optional)}
        >
          {action}
        </Button>
      </div>
    </form>
  );
}
