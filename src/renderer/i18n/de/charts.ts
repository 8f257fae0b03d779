import type { charts as english } from '../en/charts.ts';
import type { Texts } from '../texts.ts';

export const charts: Texts<typeof english> = {};
