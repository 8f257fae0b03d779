/** What the table keeps beside its rows: the place that the keyboard is at, what is selected, and what a key does. */
import { useState, type KeyboardEvent } from 'react';
import { countOf, everything, holds, nothing, toggled, withRange, type Selection } from './selection.ts';

export interface TableState {
  /** The row that keys act upon; null before the first. */
  readonly active: number | null;
  readonly selection: Selection;
  setActive(index: number | null): void;
  /** A row's box was used; with Shift all rows from the last one on. */
  toggle(index: number, withShift: boolean): void;
  selectAll(selected: boolean): void;
  clear(): void;
  isSelected(index: number): boolean;
  onKeyDown(event: KeyboardEvent): void;
}

interface TableOptions {
  /** Rows, counted from the top. */
  readonly rows: number;
  /** Jobs of the list: as many, or more than there can be rows. */
  readonly total: number;
  /** Of a row's index to its place in the list, and back: newest first turns them round. */
  readonly placeOf: (index: number) => number;
  readonly pageRows: number;
  readonly onReveal: (index: number) => void;
  readonly onOpen: (index: number) => void;
  readonly onMenu: (index: number) => void;
}

export function useTable({ rows, total, placeOf, pageRows, onReveal, onOpen, onMenu }: TableOptions): TableState {
  const [active, setActive] = useState<number | null>(null);
  /** Where a range with Shift begins. */
  const [anchor, setAnchor] = useState(0);
  const [selection, setSelection] = useState<Selection>(nothing);

  const span = (a: number, b: number): [number, number] => {
    const places = [placeOf(a), placeOf(b)];
    return [Math.min(...places), Math.max(...places) + 1];
  };
  const toggle = (index: number, withShift: boolean) => {
    if (withShift) setSelection((before) => withRange(before, ...span(anchor, index), true));
    else {
      setSelection((before) => toggled(before, placeOf(index)));
      setAnchor(index);
    }
    setActive(index);
  };
  const move = (to: number, withShift: boolean) => {
    const index = Math.max(0, Math.min(rows - 1, to));
    setActive(index);
    onReveal(index);
    if (withShift) setSelection((before) => withRange(before, ...span(anchor, index), true));
    else setAnchor(index);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (rows === 0 || event.target !== event.currentTarget) return;
    const at = active ?? -1;
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + pageRows,
      PageUp: at - pageRows,
      Home: 0,
      End: rows - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) move(to, event.shiftKey);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) setSelection(everything(total));
    else if (event.key === 'Escape' && countOf(selection) > 0) setSelection(nothing);
    else if (active === null || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === ' ') toggle(active, event.shiftKey);
    else if (event.key === 'Enter') onOpen(active);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) onMenu(active);
    else return;
    event.preventDefault();
  };
  return {
    active,
    selection,
    setActive,
    toggle,
    selectAll: (selected) => setSelection(selected ? everything(total) : nothing),
    clear: () => setSelection(nothing),
    isSelected: (index) => holds(selection, placeOf(index)),
    onKeyDown,
  };
}
