/** What a request leaves in its job's events: what is said later of it, when it is not built any more. */
import { hash } from 'node:crypto';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import { AnswerMeta } from '../protocol/answers.ts';
import type { LlmRequest } from '../protocol/request.ts';
import type { BuiltRequest } from './request-builder.ts';

/** Noted with the claim of a job in a conversation. */
export interface AskedNote {
  /** See `traceOf`. */
  readonly request?: string;
  /** The names of the files that did not fit whole; absent when all did. */
  readonly cutFiles?: readonly string[];
}

const CutFiles = AnswerMeta.shape.cutFiles;
/** More events than a job has. */
const maxEvents = 5_000;

export function askedNote({ request, cutFiles }: BuiltRequest): AskedNote {
  return { request: traceOf(request), ...(cutFiles.length === 0 ? {} : { cutFiles }) };
}

/** What was noted with the job's last claim; nothing where it left no note. */
export function lastAsked(store: Store, id: JobRow['id']): AskedNote {
  const detail = store.log.events(id, maxEvents).findLast(({ event }) => event === 'CLAIM')?.detail ?? {};
  const { request, cutFiles } = detail;
  const cut = CutFiles.safeParse(cutFiles);
  return {
    ...(typeof request === 'string' ? { request } : {}),
    ...(cut.success && cut.data !== undefined ? { cutFiles: cut.data } : {}),
  };
}

/** Of a picture its length: its megabytes would cost more than they tell. */
function shortened(key: string, value: unknown): unknown {
  return key === 'data' && typeof value === 'string' ? value.length : value;
}

/** The same for the same request. 12 hex digits: it is compared with one other, not looked up among many. */
export function traceOf(request: LlmRequest): string {
  return hash('sha1', JSON.stringify(request, shortened), 'hex').slice(0, 12);
}
