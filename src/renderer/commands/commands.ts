/**
 * Everything that can be done has a name here: the command palette lists it and its shortcut runs it. A view adds its
 * commands while it is shown.
 */
import { useEffect } from 'react';
import { Store } from '../remote/store.ts';

export interface Command {
  /** Unique, e.g. `conversation.new`. */
  readonly id: string;
  /** Translated, a verb first: `Stop the answer`. */
  readonly title: string;
  /** Translated heading in the palette. */
  readonly group: string;
  /** Further words that find it. */
  readonly keywords?: readonly string[];
  /** As in `mod+shift+k` (`mod`: Command on a Mac, Control elsewhere) or `g q` (one after the other). */
  readonly shortcut?: string;
  run(): void;
}

/** In the order in which views have added them. */
export const commands = new Store<{ readonly all: readonly Command[] }>({ all: [] });

/** Offers `list` while the component is shown. Memoise `list`: each new one replaces the one before. */
export function useCommands(list: readonly Command[]): void {
  useEffect(() => {
    commands.update(({ all }) => ({ all: [...all, ...list] }));
    return () => commands.update(({ all }) => ({ all: all.filter((command) => !list.includes(command)) }));
  }, [list]);
}
