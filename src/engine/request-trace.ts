/** A request's trace in its job's events: enough to say later whether the same would be sent again. */
import { hash } from 'node:crypto';
import type { LlmRequest } from '../protocol/request.ts';

/** Of a picture its length: its megabytes would cost more than they tell. */
function shortened(key: string, value: unknown): unknown {
  return key === 'data' && typeof value === 'string' ? value.length : value;
}

/** The same for the same request. 12 hex digits: it is compared with one other, not looked up among many. */
export function traceOf(request: LlmRequest): string {
  return hash('sha1', JSON.stringify(request, shortened), 'hex').slice(0, 12);
}
