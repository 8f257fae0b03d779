/** Why a job of a goal came to no answer. */
import type { JobRow } from '../../../db/llm-jobs.model.ts';

/** In words for people. */
export function failureOf(row: JobRow): string {
  if (row.state === 'cancelled') return 'Its job was cancelled by hand.';
  return row.failure?.message ?? row.failedReason ?? 'Its job has failed.';
}
