/** What can be done with the newest answer and the newest question has a name in the palette. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageId } from '../../protocol/ids.ts';
import { useCommands, type Command } from '../commands/commands.ts';
import { delegate } from '../goals/delegate.tsx';
import { Store } from '../remote/store.ts';
import { useServices } from '../services.tsx';
import { quoteInComposer } from './quote-in-composer.ts';
import { isAtRest, type Turn } from './turns.ts';

/** The question that is being edited where it stands: one at a time. */
export const editing = new Store<{ readonly id: MessageId | null }>({ id: null });

export function useMessageCommands(turns: readonly Turn[]): void {
  const { t } = useTranslation(['messages', 'goals']);
  const services = useServices();
  const question = turns.findLast((turn) => turn.question !== null)?.question ?? null;
  const answered = turns.findLast(({ answers }) => answers.some(({ stored }) => stored !== null));
  const slot = answered?.answers.findLast(({ stored }) => stored !== null);
  const answer = slot?.stored ?? null;
  const idle = slot?.job == null || isAtRest(slot.job);
  const list = useMemo(() => {
    const group = t('commands.group');
    const offered: Command[] = [];
    if (answer !== null && answer.text !== '') {
      const { client, log } = services;
      offered.push(
        {
          id: 'answer.copy',
          title: t('commands.copy'),
          group,
          run: () => void navigator.clipboard.writeText(answer.text).catch(console.warn),
        },
        {
          id: 'answer.quote',
          title: t('commands.quote'),
          group,
          run: () => quoteInComposer(services.composers.get(answer.conversationId), answer.text),
        },
      );
      offered.push({ id: 'answer.delegate', title: t('goals:command.delegate'), group, run: () => delegate(answer) });
      if (idle) {
        const requestId = crypto.randomUUID();
        offered.push({
          id: 'answer.regenerate',
          title: t('commands.regenerate'),
          group,
          run: () =>
            void client.messages.regenerate
              .mutate({ requestId, messageId: answer.id })
              .then((asked) => log(asked.conversationId).upsert([asked]))
              .catch(console.warn),
        });
      }
    }
    if (question !== null && question.goal === null) {
      const { id } = question;
      offered.push({ id: 'question.edit', title: t('commands.edit'), group, run: () => editing.set({ id }) });
    }
    return offered;
  }, [t, services, answer, question, idle]);
  useCommands(list);
}
