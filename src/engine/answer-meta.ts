/** What is kept of an answer beside its text (`AnswerMeta`): read from its job while that is there. */
import type { ChatJobData, JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { AnswerMeta } from '../protocol/answers.ts';
import { lastAsked } from './request-trace.ts';

/** What the job that gave an answer says of it. */
export function metaOf(store: Store, row: JobRow & { data: ChatJobData }): AnswerMeta {
  const { returnvalue: result, processedOn, firstContentAt, finishedOn } = row;
  const agentName = store.chat.agent(row.data.agentId)?.name;
  const since = (at: number | null): number | undefined =>
    at === null || processedOn === null ? undefined : Math.max(0, at - processedOn);
  return present({
    agentName,
    model: result?.model ?? row.fallbackModel ?? row.data.model,
    inPlaceOf: row.fallbackModel === null ? undefined : row.data.model,
    ...result?.usage,
    firstTokenMs: since(firstContentAt),
    durationMs: since(finishedOn),
    costMicros: result?.costMicros ?? undefined,
    attempt: Math.max(1, row.attemptsStarted),
    finishReason: result?.finishReason,
    omittedMessages: row.omittedMessages,
    cutFiles: cutFilesOf(store, row),
  });
}

/** What its claim noted; a question without files is not looked up. */
function cutFilesOf(store: Store, { id, data }: JobRow & { data: ChatJobData }): string[] | undefined {
  if (store.attachments.ofMessage(data.messageId).length === 0) return undefined;
  const { cutFiles } = lastAsked(store, id);
  return cutFiles === undefined ? undefined : [...cutFiles];
}

/** Of an answer and what went on with it: tokens, times and costs of both; the rest says the part that came last. */
export function joinMeta(first: AnswerMeta | null, rest: AnswerMeta): AnswerMeta {
  if (first === null) return rest;
  const sum = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined || b === undefined ? undefined : a + b;
  return present({
    ...first,
    ...rest,
    inputTokens: sum(first.inputTokens, rest.inputTokens),
    outputTokens: sum(first.outputTokens, rest.outputTokens),
    reasoningTokens: sum(first.reasoningTokens ?? 0, rest.reasoningTokens ?? 0) || undefined,
    cachedTokens: sum(first.cachedTokens ?? 0, rest.cachedTokens ?? 0) || undefined,
    estimated: first.estimated === true || rest.estimated === true,
    firstTokenMs: first.firstTokenMs,
    durationMs: sum(first.durationMs, rest.durationMs),
    costMicros: sum(first.costMicros, rest.costMicros),
    attempt: first.attempt,
    omittedMessages: Math.max(first.omittedMessages, rest.omittedMessages),
    cutFiles: cutInEither(first.cutFiles, rest.cutFiles),
  });
}

function cutInEither(first: string[] | undefined, rest: string[] | undefined): string[] | undefined {
  if (first === undefined || rest === undefined) return first ?? rest;
  return [...new Set([...first, ...rest])];
}

/** Without what is undefined: an optional part is absent. */
function present<T extends object>(parts: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T;
}
