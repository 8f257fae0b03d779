import type { conversations as english } from '../en/conversations.ts';
import type { Texts } from '../texts.ts';

export const conversations: Texts<typeof english> = {};
