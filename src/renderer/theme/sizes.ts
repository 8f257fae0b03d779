/**
 * How large the text is and how close things stand. All sizes of the page are in `rem` and in steps of `--spacing`, so one
 * attribute each on the root element is enough (styles.css). public/theme-at-start.js applies them before the page.
 */
import { KeptChoice } from './kept-choice.ts';

const textSizes = ['medium', 'small', 'large', 'larger'] as const;
export type TextSize = (typeof textSizes)[number];

export const densities = ['comfortable', 'compact'] as const;
export type Density = (typeof densities)[number];

export const textSize = new KeptChoice<TextSize>('nightshift.textSize', textSizes);
export const density = new KeptChoice<Density>('nightshift.density', densities);

/** Applies both now, and follows the other windows from here on. */
export function startSizes(): void {
  const { dataset } = document.documentElement;
  textSize.follow((value) => {
    dataset['text'] = value;
  });
  density.follow((value) => {
    dataset['density'] = value;
  });
}
