import type { ReactNode } from 'react';
import { cn } from '../components/ui/cn.ts';
import type { Combobox } from './use-combobox.ts';

interface ComboboxListProps<Option> {
  readonly list: Combobox<Option>;
  readonly label: string;
  readonly className: string;
  readonly optionClassName: string;
  readonly keyOf: (option: Option) => string;
  /** What stands in the line of an option. */
  readonly children: (option: Option) => ReactNode;
}

/** The options of a combobox, above the box. */
export function ComboboxList<Option>(props: ComboboxListProps<Option>) {
  const { list, label, className, optionClassName, keyOf, children } = props;
  return (
    <div
      id={list.listId}
      role="listbox"
      aria-label={label}
      className={cn(
        'absolute bottom-full left-0 z-30 mb-2 max-w-full animate-rise rounded-xl border bg-raised p-1 text-sm shadow-float',
        className,
      )}
    >
      {list.options.map((option, index) => (
        <button
          type="button"
          tabIndex={-1}
          key={keyOf(option)}
          id={list.optionId(index)}
          role="option"
          aria-selected={index === list.active}
          // The focus stays in the box.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => list.choose(option)}
          className={cn(
            'flex w-full rounded-lg px-2.5 py-1.5 text-left hover:bg-tint',
            optionClassName,
            index === list.active && 'bg-tint-strong hover:bg-tint-strong',
          )}
        >
          {children(option)}
        </button>
      ))}
    </div>
  );
}
