/** What the user wrote, with what can be done about it; and the box in which it is edited. */
import { Pencil } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelector } from '@xstate/react';
import type { MessageView } from '../../protocol/views.ts';
import { MessageFiles } from '../attachments/message-files.tsx';
import { Button } from '../components/ui/button.tsx';
import { Hint } from '../components/ui/hint.tsx';
import { DelegateButton } from '../goals/delegate-button.tsx';
import { useServices } from '../services.tsx';
import { CopyButton } from './copy-button.tsx';
import { editing } from './message-commands.ts';
import { MessageEditor } from './message-editor.tsx';
import { VersionSwitch } from './version-switch.tsx';

interface QuestionTextProps {
  readonly text: string;
  readonly note?: ReactNode;
  readonly files?: MessageView['attachments'];
}

/** As it was written. `note`: what is still to happen with it. */
export function QuestionText({ text, note, files = [] }: QuestionTextProps) {
  const { t } = useTranslation('messages');
  return (
    <div className="flex flex-col items-end gap-1.5">
      <article aria-label={t('question.name')} className="flex w-full flex-col items-end gap-1.5">
        <MessageFiles files={files} />
        {text !== '' && (
          <div
            dir="auto"
            translate="no"
            className="max-w-[88%] rounded-2xl rounded-br-md bg-tint-strong px-4 py-2.5 leading-relaxed wrap-anywhere whitespace-pre-wrap"
          >
            {text}
          </div>
        )}
      </article>
      {note}
    </div>
  );
}

export function Question({ message }: { readonly message: MessageView }) {
  const { t } = useTranslation('messages');
  const { client, log } = useServices();
  const isEdited = useSelector(editing, ({ id }) => id === message.id);
  const resend = async (text: string, requestId: string) => {
    const question = await client.messages.edit.mutate({ requestId, messageId: message.id, text });
    log(question.conversationId).upsert([question]);
  };
  if (isEdited) {
    return (
      <article aria-label={t('question.name')}>
        <MessageEditor
          label={t('question.editText')}
          text={message.text}
          submit={t('question.resend')}
          hint={t('question.resendHint')}
          onSubmit={resend}
          onClose={() => editing.set({ id: null })}
        />
      </article>
    );
  }
  return (
    <QuestionText
      text={message.text}
      files={message.attachments}
      note={
        <span className="-my-1 flex min-h-7 items-center">
          <span className="flex items-center opacity-0 transition-opacity group-focus-within/turn:opacity-100 group-hover/turn:opacity-100 pointer-coarse:opacity-100">
            <CopyButton text={message.text} label={t('question.copy')} />
            {message.goal === null && (
              <>
                <Hint text={t('question.resendHint')}>
                  <Button
                    variant="ghost"
                    size="small"
                    className="text-xs"
                    onClick={() => editing.set({ id: message.id })}
                  >
                    <Pencil size={13} aria-hidden />
                    {t('question.edit')}
                  </Button>
                </Hint>
                <DelegateButton message={message} />
              </>
            )}
          </span>
          <VersionSwitch message={message} />
        </span>
      }
    />
  );
}
