import type { providers as english } from '../en/providers.ts';
import type { Texts } from '../texts.ts';

export const providers: Texts<typeof english> = {};
