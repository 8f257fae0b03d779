/** `‹ 2/3 ›`: which of several versions is shown, and a step to its neighbours. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../protocol/views.ts';
import { Button } from '../components/ui/button.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { useServices } from '../services.tsx';
import { formatNumber } from '../i18n/format.ts';

export function VersionSwitch({ message }: { readonly message: MessageView }) {
  const { t } = useTranslation('messages');
  const { client } = useServices();
  const { running, problem, run } = useRequest();
  const { versions, role } = message;
  const index = versions.indexOf(message.id);
  if (versions.length < 2 || index === -1) return null;
  const step = (by: -1 | 1) => {
    const messageId = versions[index + by];
    if (messageId !== undefined)
      run(
        () => client.messages.show.mutate({ messageId }),
        () => undefined,
      );
  };
  const place = { at: formatNumber(index + 1), of: formatNumber(versions.length) };
  const name = role === 'user' ? t('question.version', place) : t('actions.version', place);
  return (
    <span role="group" aria-label={name} className="inline-flex items-center text-xs text-ink-soft tabular-nums">
      <Button
        variant="ghost"
        size="small-icon"
        aria-label={t('actions.older')}
        disabled={running || index === 0}
        onClick={() => step(-1)}
      >
        <ChevronLeft size={14} aria-hidden />
      </Button>
      <span aria-hidden>
        {place.at}/{place.of}
      </span>
      <Button
        variant="ghost"
        size="small-icon"
        aria-label={t('actions.newer')}
        disabled={running || index === versions.length - 1}
        onClick={() => step(1)}
      >
        <ChevronRight size={14} aria-hidden />
      </Button>
      {problem !== null && (
        <span role="alert" className="ml-1 text-alarm">
          {problem}
        </span>
      )}
    </span>
  );
}
