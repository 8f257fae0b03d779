import type { composer as english } from '../en/composer.ts';
import type { Texts } from '../texts.ts';

export const composer: Texts<typeof english> = {};
