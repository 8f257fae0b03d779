import type { queue as english } from '../en/queue.ts';
import type { Texts } from '../texts.ts';

export const queue: Texts<typeof english> = {};
