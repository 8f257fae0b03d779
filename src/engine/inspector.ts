/** The inspector as the API offers it: machines, live actors, the feed between them, and the steps of one of them. */
import type { z } from 'zod';
import { JobId } from '../protocol/ids.ts';
import type { FeedBatch, FeedEvent, InspectedActors, WatchFeed } from '../protocol/inspection.ts';
import { followJob, followOther, gathered, replayJob, type FollowOptions } from './follow.ts';
import { machineGraphs } from './inspected-machines.ts';
import type { Inspected } from './inspection.ts';
import type { EngineService } from './service.ts';

export function createInspector(options: FollowOptions): EngineService['inspector'] {
  const { clock, topics, inspection, actors } = options;
  return {
    machines: machineGraphs,
    actors: watchActors,
    watch,
    replay: (id) => replayJob(options, id),
    follow({ id, lastEventId }, signal) {
      const job = JobId.safeParse(id.startsWith('job:') ? id.slice('job:'.length) : undefined);
      if (!job.success) return followOther(options, id, signal);
      return followJob(options, job.data, Number(lastEventId ?? -1), signal);
    },
  };

  async function* watchActors(signal: AbortSignal): AsyncGenerator<InspectedActors> {
    const bell = topics.listen(['pool', 'queue', 'providers'], signal);
    let shown = '';
    try {
      do {
        const view = actors.list();
        const text = JSON.stringify(view);
        if (text !== shown) yield view;
        shown = text;
      } while (await gathered(bell, clock, signal));
    } finally {
      bell.close();
    }
  }

  async function* watch(
    { routine, lastEventId }: z.infer<typeof WatchFeed>,
    signal: AbortSignal,
  ): AsyncGenerator<{ cursor: string; batch: FeedBatch }> {
    const close = inspection.open();
    const bell = topics.listen(['inspection'], signal);
    try {
      const [epoch = 0, last = 0] = (lastEventId ?? '0:0').split(':').map(Number);
      const goesOn = epoch === inspection.epoch && last <= inspection.seq;
      let seq = goesOn ? last : 0;
      let missed = lastEventId !== undefined && !goesOn;
      do {
        const read = inspection.read(seq, routine);
        missed ||= read.missed;
        ({ seq } = inspection);
        // The first piece also says that the feed is on, though nothing may have happened yet.
        yield { cursor: `${inspection.epoch}:${seq}`, batch: { events: read.events.map(withoutContext), missed } };
        missed = false;
      } while (await gathered(bell, clock, signal));
    } finally {
      bell.close();
      close();
    }
  }
}

/** The feed shows who spoke to whom; how an actor is, its own steps say. */
function withoutContext(inspected: Inspected): FeedEvent {
  const { context: _context, actions: _actions, status: _status, eventType: _eventType, ...event } = inspected;
  return event;
}
