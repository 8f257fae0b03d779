/** Scrolls to a message and marks it, once it is there. */
import { useEffect, type RefObject } from 'react';

interface MarkOptions {
  readonly region: RefObject<HTMLElement | null>;
  readonly messageId: string;
  readonly ready: boolean;
}

/** Frames in which the place is put right: what is above it is laid out when it comes near, and moves it. */
const settleFrames = 12;

export function useMark({ region, messageId, ready }: MarkOptions): void {
  useEffect(() => {
    const root = region.current;
    const id = CSS.escape(messageId);
    const target = ready
      ? (root?.querySelector<HTMLElement>(`[data-message="${id}"]`) ??
        root?.querySelector<HTMLElement>(`[data-turn="${id}"]`))
      : null;
    if (root === null || target == null) return undefined;
    let frame = 0;
    let left = settleFrames;
    const place = () => {
      const { top, height } = target.getBoundingClientRect();
      const room = root.getBoundingClientRect();
      // A long message begins near the top; a short one stands in the middle.
      const wanted = room.top + Math.max(24, (room.height - height) / 2);
      root.scrollTop += top - wanted;
      left -= 1;
      if (left > 0) frame = requestAnimationFrame(place);
    };
    const stop = () => {
      left = 0;
    };
    place();
    target.setAttribute('data-marked', '');
    // Whoever begins to scroll has found it.
    root.addEventListener('wheel', stop, { passive: true });
    root.addEventListener('touchmove', stop, { passive: true });
    root.addEventListener('keydown', stop);
    root.focus({ preventScroll: true });
    return () => {
      cancelAnimationFrame(frame);
      target.removeAttribute('data-marked');
      root.removeEventListener('wheel', stop);
      root.removeEventListener('touchmove', stop);
      root.removeEventListener('keydown', stop);
    };
  }, [region, messageId, ready]);
}
