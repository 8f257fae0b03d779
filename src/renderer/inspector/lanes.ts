/** Events between actors as a sequence diagram: who has a lane, and from which lane to which each arrow goes. */
import type { FeedEvent } from '../../protocol/inspection.ts';

export type Message = Pick<FeedEvent, 'at' | 'from' | 'to' | 'type' | 'states' | 'ignored'> & {
  /** Unique, and stays the same. */
  readonly key: string;
};

export interface Lane {
  /** An actor, or `job:*` for the jobs that have no lane of their own. */
  readonly id: string;
}

export interface Arrow {
  readonly message: Message;
  /** Places among the lanes. */
  readonly from: number;
  readonly to: number;
}

export interface Sequence {
  readonly lanes: readonly Lane[];
  readonly arrows: readonly Arrow[];
}

/** The others share one: more lanes than this cannot be told apart on a screen. */
const jobLanes = 6;
export const otherJobs = 'job:*';

const kinds = ['engine', 'dispatcher', 'supervisor', 'worker', 'provider', 'job'];

export function sequenceOf(messages: readonly Message[]): Sequence {
  const actors = new Set(messages.flatMap(({ from, to }) => [from, to]));
  const jobs = [...actors].filter((id) => id.startsWith('job:'));
  const own = new Set(newestJobs(messages));
  const laneOf = (id: string): string => (id.startsWith('job:') && !own.has(id) ? otherJobs : id);
  const ids = [...actors].filter((id) => !id.startsWith('job:')).toSorted(byKind);
  ids.push(...jobs.filter((id) => own.has(id)), ...(jobs.length > own.size ? [otherJobs] : []));
  const places = new Map(ids.map((id, index) => [id, index]));
  const placeOf = (id: string): number => places.get(laneOf(id)) ?? 0;
  return {
    lanes: ids.map((id) => ({ id })),
    arrows: messages.map((message) => ({ message, from: placeOf(message.from), to: placeOf(message.to) })),
  };
}

/** Words are looked for in who speaks, who is spoken to, and what is said; all of them must be found. */
export function matching(messages: readonly Message[], filter: string): readonly Message[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return messages;
  return messages.filter(({ from, to, type, states }) => {
    const text = `${from} ${to} ${type} ${states.join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** In the order in which they first appear. */
function newestJobs(messages: readonly Message[]): string[] {
  const newest = new Set<string>();
  for (const { from, to } of messages.toReversed()) {
    for (const id of [to, from]) if (id.startsWith('job:') && newest.size < jobLanes) newest.add(id);
  }
  return [...newest];
}

function byKind(a: string, b: string): number {
  const kindOf = (id: string) => kinds.indexOf(id.replace(/[:/].*/, ''));
  return kindOf(a) - kindOf(b) || a.localeCompare(b, 'en', { numeric: true });
}
