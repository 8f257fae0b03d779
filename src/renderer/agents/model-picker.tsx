import { useSelector } from '@xstate/react';
import { Command } from 'cmdk';
import { ChevronsUpDown } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../components/ui/cn.ts';
import { Popover, PopoverContent, PopoverTrigger } from '../components/ui/popover.tsx';
import { useServices } from '../services.tsx';
import { findModel, modelFacts, refOf } from './model-words.ts';

interface ModelPickerProps {
  /** `provider/model`; null: none is chosen yet, the button asks for one. */
  readonly value: string | null;
  readonly onChange: (model: string) => void;
  readonly labelledBy?: string;
  readonly describedBy?: string;
  /** Where the button shows no model: what it does. */
  readonly placeholder?: string;
}

/** `provider/model`, as the service takes it. */
const looksLikeModel = /^[a-z0-9][a-z0-9-]{0,39}\/\S+$/;

/** A model of any provider: searched, with its context and price, or typed where it is not listed. */
export function ModelPicker({ value, onChange, labelledBy, describedBy, placeholder }: ModelPickerProps) {
  const { t } = useTranslation('agents');
  const chosenId = useId();
  const providers = useSelector(useServices().providers, (all) => all);
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState('');
  const typed = query.trim();
  const facts = value === null ? '' : modelFacts(findModel(providers, value));
  const choose = (model: string) => {
    onChange(model);
    setOpen(false);
    setQuery('');
  };
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger
        aria-labelledby={labelledBy === undefined ? undefined : `${labelledBy} ${chosenId}`}
        aria-describedby={describedBy}
        className="flex min-h-9 w-full min-w-0 items-center gap-2 rounded-lg border border-line-strong bg-paper px-3 py-1.5 text-left text-sm"
      >
        <span id={chosenId} className="min-w-0 flex-1">
          {value === null ? (
            <span className="text-ink-soft">{placeholder}</span>
          ) : (
            <span translate="no" className="block truncate font-mono text-[0.8125rem]">
              {value}
            </span>
          )}
          {facts !== '' && <span className="block text-xs text-ink-faint">{facts}</span>}
        </span>
        <ChevronsUpDown size={15} aria-hidden className="shrink-0 text-ink-faint" />
      </PopoverTrigger>
      <PopoverContent align="start" className="w-[26rem] p-0" aria-label={t('models')}>
        <Command label={t('models')}>
          <Command.Input
            value={query}
            onValueChange={setQuery}
            placeholder={t('findModel')}
            className="h-11 w-full border-b bg-transparent px-4 text-sm outline-none placeholder:text-ink-faint"
          />
          <Command.List label={t('models')} className="max-h-80 overflow-y-auto p-1.5">
            <Command.Empty className="px-3 py-6 text-center text-[0.8125rem] text-ink-soft">
              {t('noModel')}
            </Command.Empty>
            {providers.map((provider) => (
              <Command.Group
                key={provider.id}
                heading={<ProviderHeading name={provider.name} hasKey={provider.keySource !== 'none'} />}
              >
                {provider.models.map((model) => (
                  <ModelItem
                    key={model.id}
                    model={refOf(provider, model)}
                    facts={modelFacts(model)}
                    chosen={refOf(provider, model) === value}
                    onChoose={choose}
                  />
                ))}
              </Command.Group>
            ))}
            {looksLikeModel.test(typed) && findModel(providers, typed) === undefined && (
              <ModelItem model={typed} facts={t('notListed')} chosen={typed === value} onChoose={choose} />
            )}
          </Command.List>
        </Command>
      </PopoverContent>
    </Popover>
  );
}

function ProviderHeading({ name, hasKey }: { readonly name: string; readonly hasKey: boolean }) {
  const { t } = useTranslation('agents');
  return (
    <span className="flex justify-between gap-2 px-2.5 pt-2 pb-1 text-xs text-ink-faint">
      <span translate="no">{name}</span>
      {!hasKey && <span>{t('noKey')}</span>}
    </span>
  );
}

interface ModelItemProps {
  readonly model: string;
  readonly facts: string;
  readonly chosen: boolean;
  readonly onChoose: (model: string) => void;
}

function ModelItem({ model, facts, chosen, onChoose }: ModelItemProps) {
  return (
    <Command.Item
      value={model}
      onSelect={() => onChoose(model)}
      className={cn('cursor-pointer rounded-lg px-2.5 py-1.5 data-[selected=true]:bg-tint-strong', chosen && 'bg-tint')}
    >
      <span translate="no" className="block font-mono text-[0.8125rem] wrap-anywhere">
        {model}
      </span>
      {facts !== '' && <span className="block text-xs text-ink-faint">{facts}</span>}
    </Command.Item>
  );
}
