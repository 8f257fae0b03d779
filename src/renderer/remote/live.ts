/**
 * A subscription that stays. tRPC's client sends it again after a cut by itself; this covers what it does not: the
 * service ending it in an orderly way (it stops, it restarts), which looks like the end of the story but is not.
 */
import type { Unsubscribable } from '@trpc/server/observable';
import { isNotFound, refusalOf } from '../connection/refusal.ts';

export interface LiveHandlers<T> {
  /** Each time it begins, the first time too: what was missed in between has to be fetched. */
  readonly onStarted: () => void;
  readonly onData: (data: T) => void;
  readonly onError: (error: unknown) => void;
  /** `onStopped` is what older and newer servers say at the end. */
  readonly onStopped: () => void;
  readonly onComplete: () => void;
}

interface LiveOptions<T> {
  readonly start: (handlers: LiveHandlers<T>) => Unsubscribable;
  readonly onData: (data: T) => void;
  readonly onStarted?: () => void;
  /** The service refuses it for good (there is no such thing). It is not tried again. */
  readonly onRefused?: (message: string) => void;
}

const retryMs = 1_000;

/** Returns how to end it. */
export function live<T>({ start, onData, onStarted, onRefused }: LiveOptions<T>): () => void {
  let current: Unsubscribable | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const begin = () => {
    let over = false;
    const again = () => {
      if (over || ended) return;
      over = true;
      timer = setTimeout(begin, retryMs);
    };
    current = start({
      onStarted: () => onStarted?.(),
      onData: (data) => {
        if (!ended) onData(data);
      },
      onError: (error) => {
        if (ended) return;
        if (isNotFound(error)) {
          over = true;
          onRefused?.(refusalOf(error) ?? 'It no longer exists.');
        } else again();
      },
      onStopped: again,
      onComplete: again,
    });
  };
  begin();
  return () => {
    ended = true;
    clearTimeout(timer);
    current?.unsubscribe();
  };
}
