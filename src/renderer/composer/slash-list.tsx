import { useTranslation } from 'react-i18next';
import { cn } from '../components/ui/cn.ts';
import type { Slash } from './use-slash.ts';

/** What the `/` that is being typed can become, above the box. */
export function SlashList({ slash }: { readonly slash: Slash }) {
  const { t } = useTranslation('goals');
  return (
    <div
      id={slash.listId}
      role="listbox"
      aria-label={t('slash.list')}
      className="absolute bottom-full left-0 z-30 mb-2 w-112 max-w-full animate-rise rounded-xl border bg-raised p-1 text-sm shadow-float"
    >
      {slash.options.map((command, index) => (
        <button
          type="button"
          tabIndex={-1}
          key={command}
          id={slash.optionId(index)}
          role="option"
          aria-selected={index === slash.active}
          // The focus stays in the box.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => slash.choose(command)}
          className={cn(
            'flex w-full items-baseline gap-3 rounded-lg px-2.5 py-1.5 text-left hover:bg-tint',
            index === slash.active && 'bg-tint-strong hover:bg-tint-strong',
          )}
        >
          <span translate="no" className="font-mono text-[0.8125rem] font-semibold">
            /{command}
          </span>
          <span className="min-w-0 text-ink-soft">{t(`slash.${command}`)}</span>
        </button>
      ))}
    </div>
  );
}
