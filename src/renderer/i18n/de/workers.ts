import type { workers as english } from '../en/workers.ts';
import type { Texts } from '../texts.ts';

export const workers: Texts<typeof english> = {};
