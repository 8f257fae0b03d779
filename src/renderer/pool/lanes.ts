import type { Lane } from '../../protocol/job.ts';

/** Most urgent first. Their names are `common:lane.<name>`, what they mean is `pool:lane.<name>`. */
export const lanes = ['high', 'medium', 'low'] as const satisfies readonly Lane[];
