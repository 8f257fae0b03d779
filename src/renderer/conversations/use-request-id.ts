import { useMemo, useRef } from 'react';

interface DeedIds {
  /** For what is sent: the same for the same content, a new one once the content is another. */
  requestId(content?: unknown): string;
  /** It went well: the same content once more is another deed. */
  settled(): void;
}

/**
 * Ids for what can be done several times in one place: pressing again after an answer that was lost does nothing twice.
 * Both functions stay the same.
 */
export function useDeedIds(): DeedIds {
  const ref = useRef<{ content: string; id: string } | null>(null);
  return useMemo(
    () => ({
      requestId(content = null) {
        const text = JSON.stringify(content);
        if (ref.current?.content !== text) ref.current = { content: text, id: crypto.randomUUID() };
        return ref.current.id;
      },
      settled() {
        ref.current = null;
      },
    }),
    [],
  );
}

/** Likewise for a form that creates something once, and goes. */
export function useRequestId(): (content: unknown) => string {
  return useDeedIds().requestId;
}
