import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { ModelPicker } from './model-picker.tsx';

interface FallbackListProps {
  /** `provider/model`, the first one first. */
  readonly models: readonly string[];
  readonly onChange: (models: string[]) => void;
  readonly labelledBy: string;
}

/** As many as the service takes. */
const most = 8;

/** The models that answer instead, in the order in which they are tried. */
export function FallbackList({ models, onChange, labelledBy }: FallbackListProps) {
  const { t } = useTranslation('agents');
  const move = (from: number, to: number) => {
    const next = [...models];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next);
  };
  return (
    <div role="group" aria-labelledby={labelledBy} className="space-y-2">
      {models.length > 0 && (
        <ol className="space-y-1">
          {models.map((model, index) => (
            <li key={model} className="flex items-center gap-1 rounded-lg bg-tint py-1 pr-1 pl-3">
              <span translate="no" className="min-w-0 flex-1 truncate font-mono text-[0.8125rem]">
                {model}
              </span>
              <Button
                variant="ghost"
                size="small-icon"
                aria-label={t('moveUp', { model })}
                disabled={index === 0}
                onClick={() => move(index, index - 1)}
              >
                <ArrowUp size={14} aria-hidden />
              </Button>
              <Button
                variant="ghost"
                size="small-icon"
                aria-label={t('moveDown', { model })}
                disabled={index === models.length - 1}
                onClick={() => move(index, index + 1)}
              >
                <ArrowDown size={14} aria-hidden />
              </Button>
              <Button
                variant="ghost"
                size="small-icon"
                aria-label={t('removeFallback', { model })}
                onClick={() => onChange(models.filter((other) => other !== model))}
              >
                <X size={14} aria-hidden />
              </Button>
            </li>
          ))}
        </ol>
      )}
      {models.length < most && (
        <ModelPicker
          value={null}
          placeholder={t('addFallback')}
          onChange={(model) => onChange([...models.filter((other) => other !== model), model])}
        />
      )}
    </div>
  );
}
