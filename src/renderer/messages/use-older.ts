/** Loads older messages when their place comes into sight, without moving what is being read. */
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import type { MessageLog } from './message-log.ts';

interface OlderOptions {
  readonly region: RefObject<HTMLElement | null>;
  readonly log: MessageLog;
  readonly more: boolean;
  /** The key of the first turn: changes when older ones came in before it. */
  readonly firstKey: string | undefined;
}

/** Returns the ref of the element that stands for what is not loaded. */
export function useOlder({ region, log, more, firstKey }: OlderOptions): RefObject<HTMLDivElement | null> {
  const mark = useRef<HTMLDivElement>(null);
  /** Where the first turn sat within the content, which scrolling does not change. */
  const before = useRef<{ key: string | undefined; offset: number } | null>(null);

  useEffect(() => {
    const element = mark.current;
    const root = region.current;
    if (!more || element === null || root === null) return undefined;
    const sight = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        before.current = { key: firstKey, offset: root.querySelector<HTMLElement>('[data-turn]')?.offsetTop ?? 0 };
        void log.loadOlder();
      },
      // Two screens before it is reached, so that nobody sees it come.
      { root, rootMargin: '200% 0px 0px 0px' },
    );
    sight.observe(element);
    return () => sight.disconnect();
  }, [region, log, more, firstKey]);

  useLayoutEffect(() => {
    const root = region.current;
    const was = before.current;
    if (root === null || was === null || was.key === undefined || was.key === firstKey) return;
    before.current = null;
    const anchor = root.querySelector<HTMLElement>(`[data-turn="${CSS.escape(was.key)}"]`);
    if (anchor === null) return;
    // The browser's own scroll anchoring would do the same once more.
    root.style.setProperty('overflow-anchor', 'none');
    root.scrollTop += anchor.offsetTop - was.offset;
    requestAnimationFrame(() => root.style.removeProperty('overflow-anchor'));
  }, [region, firstKey]);
  return mark;
}
