import type { connection as english } from '../en/connection.ts';
import type { Texts } from '../texts.ts';

export const connection: Texts<typeof english> = {};
