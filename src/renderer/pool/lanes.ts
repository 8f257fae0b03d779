import type { Lane } from '../../protocol/job.ts';

/** Most urgent first, with what they mean. */
export const lanes: readonly { readonly id: Lane; readonly label: string }[] = [
  { id: 'high', label: 'High, a user waits' },
  { id: 'medium', label: 'Medium, analysis' },
  { id: 'low', label: 'Low, background' },
];
