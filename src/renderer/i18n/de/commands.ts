import type { commands as english } from '../en/commands.ts';
import type { Texts } from '../texts.ts';

export const commands: Texts<typeof english> = {};
