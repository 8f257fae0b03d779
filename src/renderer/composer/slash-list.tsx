import { useTranslation } from 'react-i18next';
import { ComboboxList } from './combobox-list.tsx';
import type { SlashCommand } from './slash.ts';
import type { Combobox } from './use-combobox.ts';

/** What the `/` that is being typed can become. */
export function SlashList({ slash }: { readonly slash: Combobox<SlashCommand> }) {
  const { t } = useTranslation('goals');
  return (
    <ComboboxList
      list={slash}
      label={t('slash.list')}
      className="w-112"
      optionClassName="items-baseline gap-3"
      keyOf={(command) => command}
    >
      {(command) => (
        <>
          <span translate="no" className="font-mono text-[0.8125rem] font-semibold">
            /{command}
          </span>
          <span className="min-w-0 text-ink-soft">{t(`slash.${command}`)}</span>
        </>
      )}
    </ComboboxList>
  );
}
