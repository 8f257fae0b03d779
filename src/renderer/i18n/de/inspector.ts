import type { inspector as english } from '../en/inspector.ts';
import type { Texts } from '../texts.ts';

export const inspector: Texts<typeof english> = {};
