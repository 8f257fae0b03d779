import { useLayoutEffect, type RefObject } from 'react';

/** A box grows with its text, up to its `max-height`. Measured before the paint, so it does not flicker. */
export function useGrowingBox(box: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [box, text]);
}
