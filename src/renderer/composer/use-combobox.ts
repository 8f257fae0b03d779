import { useId, useState, type KeyboardEvent } from 'react';

/** A list that opens above the composer: a combobox whose focus stays in the box (ARIA practices, list autocomplete). */
export interface Combobox<Option> {
  readonly open: boolean;
  readonly options: readonly Option[];
  /** Which of them Enter takes. */
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly listId: string;
  readonly optionId: (index: number) => string;
  readonly choose: (option: Option) => void;
  readonly close: () => void;
  /** True: the key was meant for the list. */
  readonly onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => boolean;
}

/** A list without options is closed, and takes no keys. */
export function useCombobox<Option>({
  options,
  choose,
  close,
}: Pick<Combobox<Option>, 'options' | 'choose' | 'close'>): Combobox<Option> {
  const listId = useId();
  const [chosen, setActive] = useState(0);
  const active = Math.min(chosen, options.length - 1);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    const option = options[active];
    if (option === undefined) return false;
    if (event.key === 'ArrowDown') setActive((active + 1) % options.length);
    else if (event.key === 'ArrowUp') setActive((active + options.length - 1) % options.length);
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) choose(option);
    else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    return true;
  };
  const optionId = (index: number) => `${listId}-${index}`;
  return { open: options.length > 0, options, active, setActive, listId, optionId, choose, close, onKeyDown };
}
