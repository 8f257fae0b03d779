import type { jobs as english } from '../en/jobs.ts';
import type { Texts } from '../texts.ts';

export const jobs: Texts<typeof english> = {};
