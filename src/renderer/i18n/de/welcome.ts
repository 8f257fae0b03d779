import type { welcome as english } from '../en/welcome.ts';
import type { Texts } from '../texts.ts';

export const welcome: Texts<typeof english> = {};
