import { RadioGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface ChoiceOption<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
}

interface ChoiceProps<Value extends string> {
  readonly value: Value;
  readonly options: readonly ChoiceOption<Value>[];
  readonly onChange: (value: Value) => void;
  readonly labelledBy: string;
  readonly describedBy?: string;
  readonly className?: string;
}

/** One of a few, all of them in sight; arrow keys move the choice. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { value, options, onChange, labelledBy, describedBy, className } = props;
  return (
    <RadioGroup.Root
      value={value}
      onValueChange={(chosen) => {
        const option = options.find((candidate) => candidate.value === chosen);
        if (option !== undefined) onChange(option.value);
      }}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      className={cn('inline-flex max-w-full flex-wrap gap-0.5 rounded-lg bg-tint p-0.5', className)}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className="flex h-8 cursor-pointer items-center gap-1.5 rounded-md px-3 text-[0.8125rem] text-ink-soft transition-colors hover:text-ink data-[state=checked]:bg-chosen data-[state=checked]:font-medium data-[state=checked]:text-ink data-[state=checked]:shadow-sm"
        >
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
