/** Jobs as the API offers them: enqueue, look, change, watch. */
import { setImmediate } from 'node:timers/promises';
import type { z } from 'zod';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import { SideThreadError } from '../../db/side-thread/side-thread-error.ts';
import { join, slice, type StreamView, type Streams } from './streams.ts';
import type { Store } from '../../db/store.ts';
import type { BatchJobSpec, EnqueueJobs, JobSpec } from '../protocol/api.ts';
import type { JobId } from '../protocol/ids.ts';
import { isAtRest, type OnFailure } from '../protocol/job.ts';
import type { JobView, JobWatchEvent } from '../protocol/views.ts';
import type { StreamPart } from '../protocol/worker.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { NewJob } from './new-job.ts';
import type { JobHistory } from './ports.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';
import type { TurnLoop } from './turn.ts';
import type { Ids } from './ulid.ts';
import type { Views } from './views.ts';

export interface JobsOptions {
  store: Store;
  history: JobHistory;
  queue: LlmJobQueue;
  turns: TurnLoop;
  topics: Topics;
  streams: Streams;
  views: Views;
  ids: Ids;
}

export function createJobs(options: JobsOptions): EngineService['jobs'] {
  const { store, history, queue, turns, topics, streams, views, ids } = options;

  const requireJob = (id: JobId): JobRow => {
    const row = queue.actors.row(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', `There is no job ${id} (any more).`, { jobId: id });
    return row;
  };

  return {
    async enqueue(input) {
      let row: JobRow | undefined;
      const [id] = await turns.call('jobs.enqueue', (turn) =>
        once(turn, store, 'jobs.enqueue', input, () => {
          row = queue.enqueue(turn, newJob(input.job, ids.job()));
          return [row.id];
        }),
      );
      return views.job(queue.actors.liveRow(id as JobId) ?? row ?? requireJob(id as JobId));
    },
    enqueueMany: (input) =>
      turns.call('jobs.enqueueMany', (turn) =>
        once(turn, store, 'jobs.enqueueMany', input, () => {
          const jobs = batch(input, ids);
          for (const job of jobs.inOrder) queue.enqueue(turn, job);
          return jobs.ids;
        }),
      ),
    get: (id) => views.job(requireJob(id)),
    async list({ state, lane, provider, conversationId, before, limit }) {
      const rows = await history
        .listJobs({ state, lane, provider, groupKey: conversationId, before, limit })
        .catch((error: unknown) => {
          if (error instanceof SideThreadError) throw new EngineError('UNAVAILABLE', error.message, { cause: error });
          throw error;
        });
      const jobs: JobView[] = [];
      for (const row of rows) {
        // A view costs up to 0.1 ms (a waiting job's place is counted): turns go on in between.
        if (jobs.length % 20 === 19) await setImmediate();
        jobs.push(views.job(row));
      }
      return jobs;
    },
    send: (id, event) =>
      turns.call(`jobs.${event}`, (turn) => queue.userEvent(turn, id, event)).then((row) => views.job(row)),
    setLane: (id, lane) =>
      turns.call('jobs.setLane', (turn) => queue.setLane(turn, id, lane)).then((row) => views.job(row)),
    remove: (id) =>
      turns.call('jobs.remove', (turn) => {
        const row = requireJob(id);
        if (!isAtRest(row.state) || row.processedBy !== null) {
          throw new EngineError('CONFLICT', 'This job has not ended yet. Stop it first.', { jobId: id });
        }
        if (row.data.kind === 'chat') {
          throw new EngineError('CONFLICT', 'This job belongs to a conversation, and goes with it.', { jobId: id });
        }
        if (store.retention.isNeeded(id)) {
          throw new EngineError('CONFLICT', 'Another job still waits for the result of this one.', { jobId: id });
        }
        queue.forget(turn, row);
      }),
    events(id, limit) {
      requireJob(id);
      return store.log.events(id, limit).map((row) => views.jobEvent(row));
    },
    watch: (id, cursor, signal) => watch(id, cursor, signal),
  };

  async function* watch(
    id: JobId,
    cursor: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<{ cursor: string; event: JobWatchEvent }> {
    const bell = topics.listen([`job:${id}`, `stream:${id}`, 'queue'], signal);
    let { attempt, offset } = parseCursor(cursor);
    let shown = '';
    /** The version in which a job at rest was shown whole: until the row changes there is nothing to read again. */
    let settled: number | undefined;
    const at = (event: JobWatchEvent) => ({ cursor: `${attempt}:${offset}`, event });
    try {
      do {
        const row = requireJob(id);
        if (row.version === settled) continue;
        const stream = contentOf(row);
        if (stream !== undefined && (stream.attempt !== attempt || offset > stream.length)) {
          const hadText = offset > 0;
          attempt = stream.attempt;
          offset = 0;
          if (hadText) yield at({ type: 'reset', attempt });
        }
        if (stream !== undefined && stream.length > offset) {
          const from = offset;
          offset = stream.length;
          yield at({ type: 'delta', attempt, offset: from, parts: slice(stream.parts, from) });
        }
        const job = views.job(row);
        const text = JSON.stringify(job);
        if (text !== shown) {
          shown = text;
          yield at({ type: 'snapshot', job });
        }
        settled = isAtRest(row.state) ? row.version : undefined;
      } while (await bell.next());
    } finally {
      bell.close();
    }
  }

  /** What was streamed; an answer that came in one piece is read from the result. */
  function contentOf(row: JobRow): StreamView | undefined {
    const stream = streams.read(row.id);
    if (row.state !== 'completed' || (stream !== undefined && stream.attempt === row.attemptsStarted)) return stream;
    const answer =
      row.data.kind === 'chat' && row.data.continues === undefined
        ? store.chat.messageOfJob(row.id, 'assistant')
        : { text: row.returnvalue?.text ?? '', thinking: row.returnvalue?.thinking ?? null };
    const parts: StreamPart[] = [
      { kind: 'thinking' as const, text: answer?.thinking ?? '' },
      { kind: 'text' as const, text: answer?.text ?? '' },
    ].filter(({ text }) => text !== '');
    const length = join(parts, 'text').length + join(parts, 'thinking').length;
    return { attempt: row.attemptsStarted, parts, length };
  }
}

function parseCursor(cursor: string | undefined): { attempt: number; offset: number } {
  const [attempt = 0, offset = 0] = (cursor ?? '0:0').split(':').map(Number);
  return { attempt, offset };
}

type Dependencies = readonly { jobId: JobId; onFailure: OnFailure }[];

function newJob(spec: JobSpec, id: JobId, siblings: Dependencies = []): NewJob {
  const dependencies = [...spec.dependsOn, ...siblings];
  if (new Set(dependencies.map(({ jobId }) => jobId)).size < dependencies.length) {
    throw new EngineError('BAD_REQUEST', `The job "${spec.name}" names the same dependency twice.`);
  }
  return {
    id,
    name: spec.name,
    lane: spec.lane,
    groupKey: spec.group ?? `name:${spec.name}`,
    delayMs: spec.delayMs,
    maxAttempts: spec.maxAttempts,
    backoff: spec.backoff,
    timeouts: spec.timeouts,
    parentId: spec.parentId,
    agentId: spec.agentId,
    dependencies,
    data: {
      kind: 'prompt',
      model: spec.model,
      system: spec.system,
      messages: spec.messages,
      params: spec.params,
      readsResults: dependencies.length > 0,
      demo: spec.demo,
    },
  };
}

/** `inOrder`: what a job depends on comes before it. Throws `BAD_REQUEST` for a cycle or an index that is not there. */
function batch(input: z.infer<typeof EnqueueJobs>, ids: Ids): { ids: JobId[]; inOrder: NewJob[] } {
  const jobIds = input.jobs.map(() => ids.job());
  const inOrder: NewJob[] = [];
  const state = new Map<number, 'visiting' | 'done'>();
  const idAt = (index: number): JobId => {
    const id = jobIds[index];
    if (id === undefined) throw new EngineError('BAD_REQUEST', `There is no job with index ${index} in this call.`);
    return id;
  };

  /** Depth first with a stack of its own: a chain of ten thousand jobs must not overflow the call stack. */
  for (const [start, spec] of input.jobs.entries()) {
    if (state.has(start)) continue;
    const stack: { index: number; spec: BatchJobSpec; next: number }[] = [{ index: start, spec, next: 0 }];
    state.set(start, 'visiting');
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const dependency = top.spec.dependsOnIndex[top.next];
      if (dependency === undefined) {
        const siblings = top.spec.dependsOnIndex.map(({ index, onFailure }) => ({ jobId: idAt(index), onFailure }));
        inOrder.push(newJob(top.spec, idAt(top.index), siblings));
        state.set(top.index, 'done');
        stack.pop();
        continue;
      }
      top.next += 1;
      const dependencySpec = input.jobs[dependency.index];
      if (dependencySpec === undefined) idAt(dependency.index);
      else if (state.get(dependency.index) === 'visiting') {
        const cycle = [...stack.map(({ index }) => index), dependency.index].join(' -> ');
        throw new EngineError('BAD_REQUEST', `These jobs wait for each other: ${cycle}. Nothing was enqueued.`);
      } else if (!state.has(dependency.index)) {
        state.set(dependency.index, 'visiting');
        stack.push({ index: dependency.index, spec: dependencySpec, next: 0 });
      }
    }
  }
  return { ids: jobIds, inOrder };
}
