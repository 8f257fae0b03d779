/** Search over everything: a field, and what it finds below it. All of it works with the keyboard alone. */
import { Search as SearchIcon, X } from 'lucide-react';
import { useId, useMemo, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelector } from '@xstate/react';
import { useCommands } from '../commands/commands.ts';
import { Button } from '../components/ui/button.tsx';
import { PortalTargetProvider } from '../components/ui/portal-target.ts';
import { useModal } from '../components/ui/use-modal.ts';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { optionsOf, ResultList } from './result-list.tsx';

export function SearchDialog() {
  const { t } = useTranslation('search');
  const { search } = useServices();
  const isOpen = useSelector(search.state, (state) => state.isOpen);
  const { ref, dialog } = useModal(isOpen, () => search.close());
  useCommands(
    useMemo(
      () => [
        {
          id: 'search.open',
          title: t('command'),
          group: t('title'),
          shortcut: 'mod+shift+f',
          run: () => search.open(),
        },
      ],
      [search, t],
    ),
  );
  return (
    <dialog
      ref={ref}
      aria-label={t('title')}
      onClose={() => search.close()}
      className="mx-auto mt-[min(10dvh,6rem)] mb-auto max-h-[80dvh] w-[min(42rem,calc(100vw-1.5rem))] overflow-hidden rounded-2xl border bg-raised p-0 text-ink shadow-float open:flex open:animate-rise"
    >
      <PortalTargetProvider value={dialog}>{isOpen && <SearchPanel />}</PortalTargetProvider>
    </dialog>
  );
}

function SearchPanel() {
  const { t } = useTranslation('search');
  const { t: common } = useTranslation('common');
  const { search } = useServices();
  const { query, found, problem } = useSelector(search.state, (state) => state);
  const listId = useId();
  const conversations = found?.result.conversations ?? [];
  const options = optionsOf(conversations);
  // Of another answer the first option is chosen again.
  const [pointed, setPointed] = useState<{ of: typeof found; index: number }>({ of: null, index: 0 });
  const first = conversations[0]?.hits.length ? 1 : 0;
  const chosen = pointed.of === found ? pointed.index : first;
  const choose = (index: number) => setPointed({ of: found, index });
  const optionId = (index: number) => `${listId}-${index}`;
  const open = (index: number) => {
    const route = options[index];
    if (route === undefined) return;
    search.close();
    navigate(route);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = options.length - 1;
    if (event.nativeEvent.isComposing || last < 0) return;
    if (event.key === 'Enter') open(chosen);
    else if (event.key === 'ArrowDown') choose(chosen >= last ? 0 : chosen + 1);
    else if (event.key === 'ArrowUp') choose(chosen <= 0 ? last : chosen - 1);
    else return;
    event.preventDefault();
  };
  return (
    <div className="flex min-h-0 w-full flex-col">
      <div className="flex shrink-0 items-center gap-2.5 border-b px-4 py-2">
        <SearchIcon size={17} aria-hidden className="shrink-0 text-ink-faint" />
        <input
          type="text"
          role="combobox"
          aria-expanded={options.length > 0}
          aria-controls={listId}
          aria-activedescendant={options.length > 0 ? optionId(chosen) : undefined}
          aria-autocomplete="list"
          aria-label={t('placeholder')}
          placeholder={t('placeholder')}
          autoFocus
          dir="auto"
          maxLength={500}
          spellCheck={false}
          value={query}
          onFocus={(event) => event.target.select()}
          onChange={(event) => search.type(event.target.value)}
          onKeyDown={onKeyDown}
          className="h-9 min-w-0 flex-1 bg-transparent text-[0.9375rem] outline-none placeholder:text-ink-faint"
        />
        <Button variant="ghost" size="small-icon" aria-label={common('close')} onClick={() => search.close()}>
          <X size={16} aria-hidden />
        </Button>
      </div>
      <div className="flex min-h-0 flex-1 flex-col p-2">
        {problem !== null && (
          <p role="alert" className="px-3 py-2 text-[0.8125rem] text-alarm">
            {t('failed', { reason: problem })}
          </p>
        )}
        {found === null && problem === null && (
          <p className="px-3 py-6 text-center text-[0.8125rem] text-ink-soft">{t('hint')}</p>
        )}
        {found !== null && options.length === 0 && (
          <div className="px-3 py-6 text-center text-sm">
            <p>{t('nothing', { query: found.query })}</p>
            <p className="mt-1 text-[0.8125rem] text-ink-soft">{t('nothingHint')}</p>
          </div>
        )}
        {options.length > 0 && (
          <ResultList
            id={listId}
            conversations={conversations}
            chosen={chosen}
            optionId={optionId}
            onPoint={choose}
            onOpen={open}
          />
        )}
        {found?.result.more === true && <p className="px-3 pt-3 pb-1 text-xs text-ink-faint">{t('more')}</p>}
      </div>
      <p className="hidden shrink-0 border-t px-4 py-2 text-xs text-ink-faint sm:block">{t('keys')}</p>
      <p role="status" className="sr-only">
        {found === null ? '' : t('found', { count: conversations.length })}
      </p>
    </div>
  );
}
