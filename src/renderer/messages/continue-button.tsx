/** Below an answer that the token limit has cut: asks for the rest. */
import { ArrowDown } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../protocol/views.ts';
import { Button } from '../components/ui/button.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { useServices } from '../services.tsx';

export function ContinueButton({ answer }: { readonly answer: MessageView }) {
  const { t } = useTranslation('messages');
  const { client, log } = useServices();
  // The same for every press: pressed again because an answer was lost, it asks once.
  const [requestId] = useState(() => crypto.randomUUID());
  const { running, problem, run } = useRequest();
  const goOn = async () => {
    const question = await client.messages.continue.mutate({ requestId, messageId: answer.id });
    log(question.conversationId).upsert([question]);
  };
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button size="small" disabled={running} onClick={() => run(goOn, () => undefined)}>
        <ArrowDown size={14} aria-hidden />
        {t('actions.continue')}
      </Button>
      {problem !== null && (
        <p role="alert" className="text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
    </div>
  );
}
