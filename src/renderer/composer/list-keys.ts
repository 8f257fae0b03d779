/** The keys of a list that opens above the composer: a combobox whose focus stays in the box (ARIA practices). */
import type { KeyboardEvent } from 'react';

export interface ListKeys<Option> {
  readonly options: readonly Option[];
  readonly highlighted: number;
  readonly setActive: (index: number) => void;
  readonly choose: (option: Option) => void;
  readonly close: () => void;
}

/** True: the key was meant for the list. A list without options is closed, and takes none. */
export function onListKey<Option>(
  event: KeyboardEvent<HTMLTextAreaElement>,
  { options, highlighted, setActive, choose, close }: ListKeys<Option>,
): boolean {
  const chosen = options[highlighted];
  if (chosen === undefined) return false;
  if (event.key === 'ArrowDown') setActive((highlighted + 1) % options.length);
  else if (event.key === 'ArrowUp') setActive((highlighted + options.length - 1) % options.length);
  else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) choose(chosen);
  else if (event.key === 'Escape') close();
  else return false;
  event.preventDefault();
  return true;
}
