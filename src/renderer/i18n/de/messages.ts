import type { messages as english } from '../en/messages.ts';
import type { Texts } from '../texts.ts';

export const messages: Texts<typeof english> = {};
