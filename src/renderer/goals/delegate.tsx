/** Hands a message over as a goal, with a sentence on what is to be reached with it. */
import { useSelector } from '@xstate/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../protocol/views.ts';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogActions } from '../components/ui/dialog.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { Store } from '../remote/store.ts';
import { useServices } from '../services.tsx';
import { currentRoute, navigate } from '../shell/route.ts';
import { startInput } from './start-input.ts';
import { StartFields } from './start-fields.tsx';

/** Which message is being handed over: one at a time, over whatever the page shows. */
const delegating = new Store<{ readonly message: MessageView | null }>({ message: null });

export function delegate(message: MessageView): void {
  delegating.set({ message });
}

/** Once for the page. */
export function DelegateDialog() {
  const { t } = useTranslation('goals');
  const { message } = useSelector(delegating, (state) => state);
  const close = () => delegating.set({ message: null });
  return (
    <Dialog
      open={message !== null}
      onClose={close}
      title={t('delegate.title')}
      className="w-[min(36rem,calc(100vw-2rem))]"
    >
      {message !== null && <DelegateForm key={message.id} message={message} onClose={close} />}
    </Dialog>
  );
}

function DelegateForm({ message, onClose }: { readonly message: MessageView; readonly onClose: () => void }) {
  const { t } = useTranslation('goals');
  const { t: common } = useTranslation('common');
  const { client, goalStarts } = useServices();
  const start = useSelector(goalStarts.state, (state) => state);
  const [text, setText] = useState('');
  // The same until it is acknowledged: pressed again because that was lost, it starts one goal.
  const [requestId] = useState(() => crypto.randomUUID());
  const { running, problem, run } = useRequest();
  const { id: messageId, conversationId } = message;
  const written = text.trim();
  const begin = () =>
    run(
      () => client.goals.start.mutate({ requestId, conversationId, messageId, text: written, ...startInput(start) }),
      () => {
        goalStarts.started();
        onClose();
        // An excerpt of a search shows nothing new.
        const route = currentRoute();
        if (route.page === 'conversation' && route.messageId !== undefined)
          navigate({ page: 'conversation', id: conversationId });
      },
    );
  return (
    <form
      className="mt-3 space-y-3 text-sm"
      onSubmit={(event) => {
        event.preventDefault();
        if (written !== '') begin();
      }}
    >
      <div>
        <p className="mb-1 text-[0.8125rem] font-medium">{t('delegate.quoted')}</p>
        <p
          translate="no"
          dir="auto"
          className="line-clamp-4 rounded-lg border-l-2 bg-tint px-3 py-2 wrap-anywhere whitespace-pre-wrap text-ink-soft"
        >
          {message.text}
        </p>
      </div>
      <label className="block">
        <span className="mb-1 block text-[0.8125rem] font-medium">{t('delegate.instruction')}</span>
        <textarea
          value={text}
          rows={3}
          dir="auto"
          autoFocus
          placeholder={t('delegate.placeholder')}
          onChange={({ target }) => setText(target.value)}
          className="field-sizing-content max-h-72 min-h-20 w-full resize-none rounded-lg border border-line-strong bg-paper px-3 py-2 placeholder:text-ink-faint"
        />
        <span className="mt-1 block text-xs text-ink-faint">{t('delegate.instructionHint')}</span>
      </label>
      <details>
        <summary className="w-fit cursor-pointer rounded text-[0.8125rem] text-ink-soft">{t('bar.options')}</summary>
        <div className="mt-3">
          <StartFields start={start} onStart={(next) => goalStarts.set(next)} />
        </div>
      </details>
      {problem !== null && (
        <p role="alert" translate="no" className="text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
      <DialogActions>
        <Button onClick={onClose}>{common('cancel')}</Button>
        <Button type="submit" variant="primary" disabled={running || written === ''}>
          {t('bar.start')}
        </Button>
      </DialogActions>
    </form>
  );
}
