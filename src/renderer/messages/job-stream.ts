/** Puts an answer together from the events of `jobs.watch`. Pure; the subscription is in stream-job.ts. */
import type { JobView, JobWatchEvent } from '../../protocol/views.ts';

export interface JobStream {
  readonly job: JobView | null;
  /** 0: nothing of any attempt was seen. */
  readonly attempt: number;
  readonly text: string;
  readonly thinking: string;
  /** Characters seen of this attempt, text and thinking together: the offset that the next delta has. */
  readonly seen: number;
}

export const emptyStream: JobStream = { job: null, attempt: 0, text: '', thinking: '', seen: 0 };

/**
 * The stream after one event. What a delta repeats is dropped. Returns null for a gap, which a sound server never
 * leaves: the caller watches anew from the start.
 */
export function applyWatchEvent(stream: JobStream, event: JobWatchEvent): JobStream | null {
  switch (event.type) {
    case 'snapshot':
      return { ...stream, job: event.job };
    case 'reset':
      return { ...emptyStream, job: stream.job, attempt: event.attempt };
    case 'delta': {
      if (event.attempt < stream.attempt) return stream;
      const base = event.attempt > stream.attempt ? { ...emptyStream, job: stream.job } : stream;
      let repeated = base.seen - event.offset;
      if (repeated < 0) return null;
      let { text, thinking, seen } = base;
      for (const part of event.parts) {
        const fresh = part.text.slice(repeated);
        repeated = Math.max(0, repeated - part.text.length);
        seen += fresh.length;
        if (part.kind === 'text') text += fresh;
        else thinking += fresh;
      }
      return { job: base.job, attempt: event.attempt, text, thinking, seen };
    }
    default:
      return event satisfies never;
  }
}
