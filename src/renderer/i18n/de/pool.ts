import type { pool as english } from '../en/pool.ts';
import type { Texts } from '../texts.ts';

export const pool: Texts<typeof english> = {};
