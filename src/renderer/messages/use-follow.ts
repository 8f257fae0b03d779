/** Keeps a scrolling region at its end while the reader is there, and leaves it alone once they scrolled up. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Within this distance of the end, in CSS pixels, the reader counts as being there. */
const slackPx = 32;

interface Follow {
  readonly region: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly following: boolean;
  jumpToEnd(): void;
}

function isAtEnd(region: HTMLElement): boolean {
  return region.scrollHeight - region.scrollTop - region.clientHeight <= slackPx;
}

/** `key`: another key is another text, and begins at its end. */
export function useFollow(key: string): Follow {
  const region = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const wanted = useRef(true);
  const lastTop = useRef(0);
  const [following, setFollowing] = useState(true);

  const set = useCallback((value: boolean) => {
    wanted.current = value;
    setFollowing(value);
  }, []);
  const toEnd = useCallback(() => {
    const element = region.current;
    if (element === null) return;
    element.scrollTop = element.scrollHeight;
    lastTop.current = element.scrollTop;
  }, []);

  useLayoutEffect(() => {
    set(true);
    toEnd();
  }, [key, set, toEnd]);

  useEffect(() => {
    const element = region.current;
    const inner = content.current;
    if (element === null || inner === null) return undefined;
    const onScroll = () => {
      // Content that grows moves the end away without the reader doing anything: only going up is leaving.
      const wentUp = element.scrollTop < lastTop.current - 1;
      lastTop.current = element.scrollTop;
      if (isAtEnd(element)) set(true);
      else if (wentUp) set(false);
    };
    // The scroll event comes after the paint; a stream could pull the reader back before it.
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY < 0 && element.scrollTop > 0) set(false);
    };
    const sizes = new ResizeObserver(() => {
      if (wanted.current) toEnd();
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: true });
    sizes.observe(inner);
    sizes.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
      sizes.disconnect();
    };
  }, [key, set, toEnd]);

  const jumpToEnd = useCallback(() => {
    set(true);
    toEnd();
  }, [set, toEnd]);
  return { region, content, following, jumpToEnd };
}
