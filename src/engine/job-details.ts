/** Everything about one job, for whoever wants to know why it is where it is. */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { JobId } from '../protocol/ids.ts';
import type { JobDetails, JobRequestView, RequestMessageView } from '../protocol/job-details.ts';
import { imagesOf, textOf, type ChatMessage } from '../protocol/request.ts';
import { EngineError } from './errors.ts';
import { attemptsOf } from './job-attempts.ts';
import { jobGraph } from './job-graph.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { RequestBuilder } from './request-builder.ts';
import { lastAsked, traceOf } from './request-trace.ts';
import type { EngineService } from './service.ts';

export interface JobDetailsOptions {
  store: Store;
  queue: LlmJobQueue;
  requests: RequestBuilder;
}

const maxEvents = 5_000;
const maxMessages = 200;
const maxMessageChars = 20_000;

export function createJobDetails({ store, queue, requests }: JobDetailsOptions): EngineService['jobDetails'] {
  const requireJob = (id: JobId): JobRow => {
    const row = queue.actors.row(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', `There is no job ${id} (any more).`, { jobId: id });
    return row;
  };

  return {
    get(id): JobDetails {
      const row = requireJob(id);
      return {
        id,
        kind: row.data.kind,
        group: row.groupKey,
        backoff: row.backoff,
        timeouts: row.timeouts,
        deadlineAt: row.deadlineAt,
        delayMs: row.delay,
        quarantined: row.quarantined,
        fallbacks: row.fallbacks?.models ?? [],
        parentId: row.parentId,
        messageId: row.data.kind === 'chat' ? row.data.messageId : null,
        attempts: attemptsOf(store.log.events(id, maxEvents), row.timestamp),
        failures: row.stacktrace,
      };
    },

    request(id): JobRequestView {
      const row = requireJob(id);
      const { request, omittedMessages } = requests.build(row);
      const listed = request.messages.slice(-maxMessages);
      return {
        model: request.model,
        system: request.system ?? null,
        params: request.params,
        messages: listed.map(messageView),
        unlisted: request.messages.length - listed.length,
        omittedMessages,
        since: sinceLastAttempt(row, () => traceOf(request)),
      };
    },

    graph: ({ id, limit }) => jobGraph(store, requireJob(id), limit),

    remains(id) {
      const message = store.chat.messageOfJob(id, 'user') ?? store.chat.messageOfJob(id, 'assistant');
      return {
        conversationId: message?.conversationId ?? null,
        messageId: message?.id ?? null,
        answers: store.settings
          .usageOf(id)
          .map(({ attempt, at, model, provider, inputTokens, outputTokens, costMicros }) => ({
            attempt,
            at,
            model,
            provider,
            inputTokens,
            outputTokens,
            costMicros,
          })),
      };
    },
  };

  /** A prompt never changes, and the results that it reads neither: only those of conversations leave a trace. */
  function sinceLastAttempt(row: JobRow, trace: () => string): JobRequestView['since'] {
    if (row.attemptsStarted === 0) return 'not-sent';
    if (row.data.kind === 'prompt') return 'same';
    const { request: sent } = lastAsked(store, row.id);
    if (sent === undefined) return 'unknown';
    return sent === trace() ? 'same' : 'changed';
  }
}

function messageView(message: ChatMessage): RequestMessageView {
  const text = textOf(message);
  return {
    role: message.role,
    text: text.slice(0, maxMessageChars),
    cutChars: Math.max(0, text.length - maxMessageChars),
    images: imagesOf(message).map(({ mediaType, data }) => ({ mediaType, bytes: Math.floor((data.length * 3) / 4) })),
  };
}
