/**
 * Calls back when the page has nothing better to do, after `atMostMs` in any case. Returns how to take that back. Where the
 * browser does not tell (Safari), it is called a little later.
 */
export function whenIdle(callback: () => void, atMostMs: number): () => void {
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(callback, 50);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(callback, { timeout: atMostMs });
  return () => cancelIdleCallback(handle);
}
