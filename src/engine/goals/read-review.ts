/** Reads a reviewer's answer. */
import { z } from 'zod';
import { Review } from '../../protocol/goals.ts';
import type { FinishReason } from '../../protocol/job.ts';
import { jsonIn } from './json-in.ts';
import { problemsOf } from './read-plan.ts';
import { oneLine } from './summary-line.ts';
import { notWhole } from './whole-answer.ts';

const maxSummaryChars = 500;
const { shape } = Review;

const LenientReview = z.object({
  verdict: z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .trim()
            .toLowerCase()
            .replace(/[\s_]+/gu, '-')
        : value,
    shape.verdict,
  ),
  reasons: z.preprocess((value) => value ?? [], shape.reasons),
  summary: z
    .string()
    .nullish()
    .transform((summary) => oneLine(summary ?? '', maxSummaryChars)),
});

/** A summary that is missing is empty. The problems are sentences for the reviewer. */
export function readReview(
  text: string,
  finishReason: FinishReason = 'stop',
): { review: Review } | { problems: string[] } {
  const problem = notWhole(text, finishReason);
  if (problem !== undefined) return { problems: [problem] };
  const json = jsonIn(text);
  if (json === undefined) {
    return { problems: ['The answer is not JSON. Answer with the review as one JSON object and nothing else.'] };
  }
  const read = LenientReview.safeParse(json.value);
  if (!read.success) return { problems: problemsOf(read.error) };
  if (read.data.verdict === 'send-back' && read.data.reasons.length === 0) {
    return { problems: ['The result is sent back without a reason. Say what has to change.'] };
  }
  return { review: read.data };
}
