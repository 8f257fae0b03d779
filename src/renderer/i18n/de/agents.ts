import type { agents as english } from '../en/agents.ts';
import type { Texts } from '../texts.ts';

export const agents: Texts<typeof english> = {};
