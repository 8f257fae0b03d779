import type { JobState } from '../../protocol/job.ts';

/** The dot before a state's name; the name says the same. */
export const stateDot: Readonly<Record<JobState, string>> = {
  waiting: 'bg-ink-faint',
  active: 'bg-lamp',
  delayed: 'border-2 border-ink-faint',
  blocked: 'border-2 border-lamp-text',
  failed: 'bg-alarm',
  completed: 'bg-ok',
  cancelled: 'bg-line-strong',
};
