/** The quiet line below an answer: who gave it, what it took, and what can be done with it. */
import { MessageSquareQuote, RefreshCw } from 'lucide-react';
import { Fragment, useState, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnswerMeta } from '../../protocol/answers.ts';
import type { MessageView } from '../../protocol/views.ts';
import { Button } from '../components/ui/button.tsx';
import { Hint } from '../components/ui/hint.tsx';
import { DelegateButton } from '../goals/delegate-button.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { formatMoney, formatNumber } from '../i18n/format.ts';
import { useServices } from '../services.tsx';
import { hashOf } from '../shell/route.ts';
import { CopyButton } from './copy-button.tsx';
import type { MessagesT } from './failure-words.ts';
import { formatSpan } from './spans.ts';
import { markedWithin } from './quote.ts';
import { quoteInComposer } from './quote-in-composer.ts';
import { VersionSwitch } from './version-switch.tsx';

interface AnswerFooterProps {
  readonly stored: MessageView;
  /** The element that shows its text: what is marked there is quoted. */
  readonly body: RefObject<HTMLElement | null>;
  /** Nothing works on another version of it. */
  readonly idle: boolean;
}

export function AnswerFooter({ stored, body, idle }: AnswerFooterProps) {
  const { t } = useTranslation('messages');
  const { composers } = useServices();
  const { meta, jobId, text } = stored;
  const facts = meta === null ? [] : factsOf(t, meta);
  const quote = () => {
    const marked = markedWithin(body.current, getSelection());
    quoteInComposer(composers.get(stored.conversationId), marked === '' ? text : marked);
  };
  return (
    <footer className="flex min-h-7 flex-wrap items-center gap-x-2 text-xs text-ink-faint tabular-nums">
      <VersionSwitch message={stored} />
      {facts.map(({ name, shown }, index) => (
        <Fragment key={name}>
          {index > 0 && <Dot />}
          {shown}
        </Fragment>
      ))}
      {meta !== null && jobId !== null && (
        <>
          {facts.length > 0 && <Dot />}
          <a
            href={hashOf({ page: 'job', id: jobId })}
            aria-label={t('facts.jobOf')}
            className="rounded underline-offset-3 hover:text-ink hover:underline"
          >
            {t('facts.job')}
          </a>
        </>
      )}
      <span className="-ms-2 -my-1 flex flex-wrap items-center opacity-0 transition-opacity group-focus-within/turn:opacity-100 group-hover/turn:opacity-100 pointer-coarse:opacity-100">
        {text !== '' && <CopyButton text={text} label={t('actions.copy')} />}
        {text !== '' && (
          <Hint text={t('actions.quoteHint')}>
            {/* Pressing it must not take away what is marked. */}
            <Button
              variant="ghost"
              size="small"
              className="text-xs"
              onPointerDown={(event) => event.preventDefault()}
              onClick={quote}
            >
              <MessageSquareQuote size={13} aria-hidden />
              {t('actions.quote')}
            </Button>
          </Hint>
        )}
        {text !== '' && <DelegateButton message={stored} />}
        {idle && <RegenerateButton answer={stored} />}
      </span>
    </footer>
  );
}

function RegenerateButton({ answer }: { readonly answer: MessageView }) {
  const { t } = useTranslation('messages');
  const { client, log } = useServices();
  const { running, problem, run } = useRequest();
  // The same until it is acknowledged: pressed again because that was lost, it asks once.
  const [requestId, setRequestId] = useState(() => crypto.randomUUID());
  const regenerate = async () => {
    const question = await client.messages.regenerate.mutate({ requestId, messageId: answer.id });
    log(question.conversationId).upsert([question]);
  };
  return (
    <>
      <Hint text={t('actions.regenerateHint')}>
        <Button
          variant="ghost"
          size="small"
          className="text-xs"
          disabled={running}
          onClick={() => run(regenerate, () => setRequestId(crypto.randomUUID()))}
        >
          <RefreshCw size={13} aria-hidden />
          {t('actions.regenerate')}
        </Button>
      </Hint>
      {problem !== null && (
        <span role="alert" className="text-alarm">
          {problem}
        </span>
      )}
    </>
  );
}

function Dot() {
  return (
    <span aria-hidden className="text-line-strong">
      ·
    </span>
  );
}

function factsOf(t: MessagesT, meta: AnswerMeta): { name: string; shown: ReactNode }[] {
  const { inPlaceOf, inputTokens, outputTokens, firstTokenMs, durationMs, costMicros, attempt } = meta;
  const tokens = (count: number): string =>
    meta.estimated === true ? t('facts.about', { tokens: formatNumber(count) }) : formatNumber(count);
  const hint = meta.estimated === true ? t('facts.estimated') : undefined;
  const texts: Record<string, string | undefined> = {
    inPlaceOf: inPlaceOf === undefined ? undefined : t('facts.inPlaceOf', { model: inPlaceOf }),
    input: inputTokens === undefined ? undefined : t('facts.input', { tokens: tokens(inputTokens) }),
    output: outputTokens === undefined ? undefined : t('facts.output', { tokens: tokens(outputTokens) }),
    firstToken: firstTokenMs === undefined ? undefined : t('facts.firstToken', { span: formatSpan(firstTokenMs) }),
    duration: durationMs === undefined ? undefined : t('facts.duration', { span: formatSpan(durationMs) }),
    cost: costMicros === undefined ? undefined : formatMoney(costMicros),
    attempt: attempt === 1 ? undefined : t('facts.attempt', { number: formatNumber(attempt) }),
  };
  const shown = Object.entries(texts).flatMap(([name, text]) =>
    text === undefined ? [] : [{ name, shown: <span title={name.endsWith('put') ? hint : undefined}>{text}</span> }],
  );
  const model = (
    <span translate="no" className="wrap-anywhere">
      {meta.model}
    </span>
  );
  return [{ name: 'model', shown: model }, ...shown];
}
