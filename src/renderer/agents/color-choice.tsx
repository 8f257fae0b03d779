import { RadioGroup } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { cn } from '../components/ui/cn.ts';
import type { AgentFields } from './agent-drafts.ts';
import { agentBackgrounds, agentColors } from './agent-colors.ts';

interface ColorChoiceProps {
  readonly value: AgentFields['color'];
  readonly onChange: (color: AgentFields['color']) => void;
  readonly labelledBy: string;
}

export function ColorChoice({ value, onChange, labelledBy }: ColorChoiceProps) {
  const { t } = useTranslation('agents');
  return (
    <RadioGroup.Root
      value={value}
      onValueChange={(chosen) => onChange(agentColors.find((color) => color === chosen) ?? value)}
      aria-labelledby={labelledBy}
      className="flex flex-wrap gap-2"
    >
      {agentColors.map((color) => (
        <RadioGroup.Item
          key={color}
          value={color}
          aria-label={t(`color.${color}`)}
          className={cn(
            'size-7 cursor-pointer rounded-full ring-ink-soft ring-offset-2 ring-offset-raised data-[state=checked]:ring-2',
            agentBackgrounds[color],
          )}
        />
      ))}
    </RadioGroup.Root>
  );
}
