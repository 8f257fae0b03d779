import { useCallback, useRef } from 'react';

/**
 * Ids for a form that creates something: the same for the same content, so that pressing again after an answer that was
 * lost creates nothing twice; a new one once the content is another.
 */
export function useRequestId(): (content: unknown) => string {
  const last = useRef({ content: '', id: '' });
  return useCallback((content) => {
    const text = JSON.stringify(content);
    if (last.current.id === '' || last.current.content !== text) {
      last.current = { content: text, id: crypto.randomUUID() };
    }
    return last.current.id;
  }, []);
}
