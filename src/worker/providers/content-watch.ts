/**
 * The two waits of a streaming request, which neither SDK has: for the first content, and between contents. Only content
 * resets them; a server that sends keep-alive bytes for ever is as silent as one that sends nothing.
 */
import type { ProviderTimeouts } from '../../protocol/provider.ts';

export interface ContentWatch {
  /** Aborted when the attempt is, and when a wait is over. */
  readonly signal: AbortSignal;
  /** Which wait was over, where that is what ended the request. */
  readonly expired: 'first-content' | 'idle' | undefined;
  content(): void;
  /** No more waiting for content: the answer is whole. `late` is called when its tail takes longer than `delayMs`. */
  whole(delayMs: number, late: () => void): void;
  /** To be called in the end, whatever that is. */
  stop(): void;
}

export function watchContent(timeouts: ProviderTimeouts, attempt: AbortSignal): ContentWatch {
  const abort = new AbortController();
  const cancel = (): void => abort.abort();
  let expired: ContentWatch['expired'];
  let waiting: 'first-content' | 'idle' = 'first-content';

  const expire = (): void => {
    expired = waiting;
    abort.abort();
  };
  let timer = setTimeout(expire, timeouts.firstContentMs);
  attempt.addEventListener('abort', cancel, { once: true });

  return {
    signal: abort.signal,
    get expired() {
      return expired;
    },
    content() {
      if (waiting === 'idle') {
        timer.refresh();
        return;
      }
      waiting = 'idle';
      clearTimeout(timer);
      timer = setTimeout(expire, timeouts.idleMs);
    },
    whole(delayMs, late) {
      clearTimeout(timer);
      timer = setTimeout(late, delayMs);
    },
    stop() {
      clearTimeout(timer);
      attempt.removeEventListener('abort', cancel);
    },
  };
}
