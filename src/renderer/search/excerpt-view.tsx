/** A conversation opened at one of its messages: the pages around it, scrolled to it, and the message marked. */
import { ArrowDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, useRef, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelector } from '@xstate/react';
import type { ConversationId, MessageId } from '../../protocol/ids.ts';
import { Button } from '../components/ui/button.tsx';
import type { ComposerActor } from '../composer/composers.ts';
import { TurnBlock } from '../messages/turn.tsx';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { Excerpt } from './excerpt.ts';
import { useMark } from './use-mark.ts';

interface ExcerptViewProps {
  readonly id: ConversationId;
  readonly messageId: MessageId;
  readonly composer: ComposerActor;
}

export function ExcerptView({ id, messageId, composer }: ExcerptViewProps) {
  const { t } = useTranslation('search');
  const { client, conversations } = useServices();
  const expected = useSelector(conversations.state, (list) => {
    const conversation = list.conversations.find((candidate) => candidate.id === id);
    return conversation?.kind === 'channel' ? null : (conversation?.agentId ?? null);
  });
  const excerpt = useMemo(() => new Excerpt(client, id, messageId), [client, id, messageId]);
  const { phase, turns, more, moreNewer, loading, problem } = useSelector(excerpt.state, (state) => state);
  const sending = useSelector(composer, (snapshot) => snapshot.context.outgoing !== null);
  const region = useRef<HTMLDivElement>(null);
  const toNewest = () => navigate({ page: 'conversation', id });
  useEffect(() => void excerpt.load(), [excerpt]);
  useEffect(() => {
    // What is written now is answered at the end.
    if (sending) navigate({ page: 'conversation', id });
  }, [sending, id]);
  useMark({ region, messageId, ready: phase === 'ready' });
  useKeepPlace(region, turns[0]?.key);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={region}
        role="log"
        aria-live="off"
        aria-label={t('excerpt')}
        aria-busy={phase === 'loading'}
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain -outline-offset-2"
      >
        <div className="relative mx-auto w-full max-w-[48rem] px-4 pt-6 pb-16 sm:px-6">
          {phase === 'loading' && <Note>{t('loadingAround')}</Note>}
          {phase === 'gone' && <Note>{t('gone')}</Note>}
          {problem !== null && phase !== 'gone' && (
            <div role="alert" className="mb-6 flex flex-wrap items-center justify-center gap-3 text-sm text-alarm">
              {problem}
              <Button size="small" onClick={() => void excerpt.load()}>
                {t('retry')}
              </Button>
            </div>
          )}
          {more && <Edge region={region} busy={loading === 'older'} onReached={() => void excerpt.loadOlder()} />}
          <div className="space-y-9">
            {turns.map((turn) => (
              <TurnBlock key={turn.key} turn={turn} expected={expected} />
            ))}
          </div>
          {moreNewer && <Edge region={region} busy={loading === 'newer'} onReached={() => void excerpt.loadNewer()} />}
        </div>
      </div>
      <Button
        size="small"
        className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-float"
        onClick={toNewest}
      >
        <ArrowDown size={14} aria-hidden />
        {t('toNewest')}
      </Button>
    </div>
  );
}

function Note({ children }: { readonly children: ReactNode }) {
  return (
    <p role="status" className="py-16 text-center text-sm text-ink-faint">
      {children}
    </p>
  );
}

interface EdgeProps {
  readonly region: RefObject<HTMLDivElement | null>;
  readonly busy: boolean;
  readonly onReached: () => void;
}

/** Where more is loaded when it comes near. */
function Edge({ region, busy, onReached }: EdgeProps) {
  const { t } = useTranslation('search');
  const mark = useRef<HTMLDivElement>(null);
  const reached = useRef(onReached);
  useEffect(() => {
    reached.current = onReached;
  });
  useEffect(() => {
    if (busy || mark.current === null) return undefined;
    const sight = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) reached.current();
      },
      { root: region.current, rootMargin: '300px 0px' },
    );
    sight.observe(mark.current);
    return () => sight.disconnect();
  }, [region, busy]);
  return (
    <div ref={mark} className="flex h-10 items-center justify-center text-[0.8125rem] text-ink-faint">
      {busy && t('loadingMore')}
    </div>
  );
}

/** What is read stays where it is when older messages come in above it. */
function useKeepPlace(region: RefObject<HTMLDivElement | null>, firstKey: string | undefined): void {
  const was = useRef<{ key: string; top: number } | null>(null);
  useLayoutEffect(() => {
    const root = region.current;
    if (root === null || firstKey === undefined) return undefined;
    const topOf = (key: string) =>
      root.querySelector(`[data-turn="${CSS.escape(key)}"]`)?.getBoundingClientRect().top ?? null;
    const before = was.current;
    const now = before === null ? null : topOf(before.key);
    if (before !== null && before.key !== firstKey && now !== null) root.scrollTop += now - before.top;
    const note = () => {
      const top = topOf(firstKey);
      was.current = top === null ? null : { key: firstKey, top };
    };
    note();
    root.addEventListener('scroll', note, { passive: true });
    return () => root.removeEventListener('scroll', note);
  }, [region, firstKey]);
}
