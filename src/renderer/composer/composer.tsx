import { ArrowUp, Square } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelector } from '@xstate/react';
import { Button } from '../components/ui/button.tsx';
import { Hint } from '../components/ui/hint.tsx';
import { cn } from '../components/ui/cn.ts';
import { useGrowingBox } from '../components/ui/use-growing-box.ts';
import { formatNumber } from '../i18n/format.ts';
import type { AgentId } from '../../protocol/ids.ts';
import type { AgentView } from '../../protocol/agents.ts';
import { useServices } from '../services.tsx';
import { maxChars } from './composer.machine.ts';
import type { ComposerActor } from './composers.ts';
import { MentionList } from './mention-list.tsx';
import { intentionOf } from './slash.ts';
import { SlashList } from './slash-list.tsx';
import { useMentions } from './use-mentions.ts';
import { useSlash } from './use-slash.ts';

interface ComposerProps {
  readonly actor: ComposerActor;
  /** For a new conversation: whom it will be with. */
  readonly agentId?: string | null;
  /** Of a channel: who can be mentioned, and who leads. */
  readonly members?: { readonly agents: readonly AgentView[]; readonly leadId: AgentId };
  /** Above the box: what will be sent with the message, or before it. */
  readonly above?: ReactNode;
  /** At the beginning of the box's line: what adds something to the message. */
  readonly leading?: ReactNode;
  readonly placeholder: string;
  /** Ends the answer that is running; null when none is. */
  readonly onStop: (() => void) | null;
}

/** True for the Enter that ends a composition of an input method. */
function isComposing(event: KeyboardEvent): boolean {
  // oxlint-disable-next-line typescript/no-deprecated -- Safari ends the composition first and then only says 229
  return event.nativeEvent.isComposing || event.keyCode === 229;
}

const nobody: readonly AgentView[] = [];

export function Composer(props: ComposerProps) {
  const { actor, agentId = null, members, above, leading, placeholder, onStop } = props;
  const { t } = useTranslation('composer');
  const draft = useSelector(actor, (snapshot) => snapshot.context.draft);
  const refusal = useSelector(actor, (snapshot) =>
    snapshot.matches({ editing: 'refused' }) ? snapshot.context.refusal : null,
  );
  const canSend = useSelector(actor, (snapshot) => snapshot.can({ type: 'SEND', requestId: '', agentId: null }));
  const unsure = useSelector(actor, (snapshot) => snapshot.matches({ unacknowledged: 'unsure' }));
  const box = useRef<HTMLTextAreaElement>(null);
  const tooLong = draft.length > maxChars;
  const mentions = useMentions({ actor, box, draft, agents: members?.agents ?? nobody });
  const slash = useSlash({ actor, box, draft });
  const list = mentions.open ? mentions : slash;
  const { goalStarts } = useServices();
  const isGoal = intentionOf(draft) !== null;
  const send = () =>
    actor.send({
      type: 'SEND',
      requestId: crypto.randomUUID(),
      agentId,
      goal: isGoal ? goalStarts.state.getSnapshot() : null,
    });

  useGrowingBox(box, draft);
  useEffect(() => {
    // On a touch screen the focus would bring up the keyboard over what one came to read.
    const element = box.current;
    if (element === null || !matchMedia('(pointer: fine)').matches) return;
    element.focus({ preventScroll: true });
    element.setSelectionRange(element.value.length, element.value.length);
  }, [actor]);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event) || mentions.onKeyDown(event) || slash.onKeyDown(event)) return;
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className="mx-auto w-full max-w-[48rem] px-3 pb-3 sm:px-6 sm:pb-5"
      onSubmit={(event) => {
        event.preventDefault();
        send();
        box.current?.focus();
      }}
    >
      {refusal !== null && (
        <p role="alert" className="mb-2 rounded-xl border border-alarm-line bg-alarm-tint px-3.5 py-2 text-sm">
          <span className="font-semibold text-alarm">{t('notSent')}</span> <span translate="no">{refusal.reason}</span>{' '}
          {t('stillHere')}
        </p>
      )}
      {tooLong && (
        <p role="alert" className="mb-2 px-1 text-[0.8125rem] text-alarm">
          {t('tooLong', { length: formatNumber(draft.length), max: formatNumber(maxChars) })}
        </p>
      )}
      {unsure && (
        <p role="status" className="mb-2 px-1 text-[0.8125rem] text-ink-soft">
          {t('unsure')}
        </p>
      )}
      {above}
      <div
        className={cn(
          'relative flex items-end gap-1.5 rounded-2xl border border-line-strong bg-raised p-1.5 shadow-float transition-[border-color] duration-150',
          'focus-within:border-lamp-text',
        )}
      >
        {mentions.open && <MentionList mentions={mentions} leadId={members?.leadId ?? null} />}
        {!mentions.open && slash.open && <SlashList slash={slash} />}
        {leading}
        <textarea
          ref={box}
          aria-label={t('message')}
          // A plain box until there is a list to choose from.
          {...(list.open && {
            role: 'combobox',
            'aria-autocomplete': 'list',
            'aria-expanded': true,
            'aria-controls': list.listId,
            'aria-activedescendant': list.optionId(list.active),
          })}
          rows={1}
          dir="auto"
          enterKeyHint="send"
          value={draft}
          placeholder={placeholder}
          onChange={(event) => {
            actor.send({ type: 'EDIT', draft: event.target.value });
            mentions.onMoved();
          }}
          onSelect={mentions.onMoved}
          onBlur={() => {
            mentions.close();
            slash.close();
          }}
          onKeyDown={onKeyDown}
          className="max-h-[40dvh] min-h-9 flex-1 resize-none bg-transparent px-2.5 py-1.5 leading-6 outline-none placeholder:text-ink-faint placeholder-shown:overflow-hidden placeholder-shown:text-ellipsis placeholder-shown:whitespace-nowrap"
        />
        {onStop !== null && (
          <Hint text={t('stopHint')}>
            <Button size="icon" className="rounded-xl" aria-label={t('stop')} onClick={onStop}>
              <Square size={13} aria-hidden fill="currentColor" />
            </Button>
          </Hint>
        )}
        <Button
          type="submit"
          variant="primary"
          size="icon"
          className="rounded-xl"
          aria-label={t(isGoal ? 'startGoal' : 'send')}
          disabled={!canSend}
        >
          <ArrowUp size={18} aria-hidden strokeWidth={2.25} />
        </Button>
      </div>
      <p className="mt-2 hidden text-center text-xs text-ink-faint sm:block">{t('keys')}</p>
    </form>
  );
}
