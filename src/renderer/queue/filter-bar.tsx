/** What narrows the table down; all of it is in the address. */
import { Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/input.tsx';
import { Select } from '../components/ui/select.tsx';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { changed, lanes, queryOf, type Shown } from './filters.ts';

/** After the last key. */
const typingMs = 300;

export function FilterBar({ shown }: { readonly shown: Shown }) {
  const { t } = useTranslation('queue');
  const { t: words } = useTranslation('common');
  const services = useServices();
  const agents = useSelector(services.agents, ({ all }) => all);
  const providers = useSelector(services.providers, (all) => all);
  const { filter, oldestFirst } = shown;
  const show = (next: Shown) => navigate({ page: 'queue', query: queryOf(next) });
  const { state: _state, ...narrowing } = filter;
  return (
    <div role="search" className="flex flex-wrap items-center gap-2 px-3 py-2.5 sm:px-5">
      <TextFilter text={filter.text ?? ''} onText={(text) => show(changed(shown, { text }))} />
      <div className="flex min-w-0 gap-2 overflow-x-auto max-sm:basis-full max-sm:py-0.5">
        <Select
          aria-label={t('lane')}
          className="shrink-0"
          value={filter.lane ?? ''}
          onChange={({ target }) => show(changed(shown, { lane: lanes.find((lane) => lane === target.value) }))}
        >
          <option value="">{t('anyLane')}</option>
          {lanes.map((lane) => (
            <option key={lane} value={lane}>
              {words(`lane.${lane}`)}
            </option>
          ))}
        </Select>
        <Select
          aria-label={t('agent')}
          className="max-w-44 shrink-0"
          value={filter.agentId ?? ''}
          onChange={({ target }) => show(changed(shown, { agentId: agents.find(({ id }) => id === target.value)?.id }))}
        >
          <option value="">{t('anyAgent')}</option>
          {agents.map(({ id, name }) => (
            <option key={id} value={id} translate="no">
              {name}
            </option>
          ))}
          {filter.agentId !== undefined && !agents.some(({ id }) => id === filter.agentId) && (
            <option value={filter.agentId} translate="no">
              {filter.agentId}
            </option>
          )}
        </Select>
        <Select
          aria-label={t('provider')}
          className="max-w-44 shrink-0"
          value={filter.provider ?? ''}
          onChange={({ target }) => show(changed(shown, { provider: target.value }))}
        >
          <option value="">{t('anyProvider')}</option>
          {providers.map(({ id, name }) => (
            <option key={id} value={id} translate="no">
              {name}
            </option>
          ))}
          {filter.provider !== undefined && !providers.some(({ id }) => id === filter.provider) && (
            <option value={filter.provider} translate="no">
              {filter.provider}
            </option>
          )}
        </Select>
        <Select
          aria-label={t('sort')}
          className="shrink-0"
          value={oldestFirst ? 'oldest' : 'newest'}
          onChange={({ target }) => show({ ...shown, oldestFirst: target.value === 'oldest' })}
        >
          <option value="newest">{t('newest')}</option>
          <option value="oldest">{t('oldest')}</option>
        </Select>
      </div>
      {filter.conversationId !== undefined && (
        <ConversationChip
          id={filter.conversationId}
          onClear={() => show(changed(shown, { conversationId: undefined }))}
        />
      )}
      {Object.keys(narrowing).length > 0 && (
        <Button
          variant="ghost"
          size="small"
          onClick={() => show({ filter: filter.state === undefined ? {} : { state: filter.state }, oldestFirst })}
        >
          {t('clearFilters')}
        </Button>
      )}
    </div>
  );
}

/** The address follows when one stops typing, and what is typed follows an address that came from elsewhere. */
function TextFilter({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }) {
  const { t } = useTranslation('queue');
  const [typed, setTyped] = useState(text);
  const sent = useRef(text);
  const onTextRef = useRef(onText);
  useEffect(() => {
    onTextRef.current = onText;
  }, [onText]);
  useEffect(() => {
    if (text === sent.current) return;
    sent.current = text;
    setTyped(text);
  }, [text]);
  useEffect(() => {
    if (typed.trim() === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = typed.trim();
      onTextRef.current(sent.current);
    }, typingMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <span className="relative min-w-44 flex-1">
      <Search size={15} aria-hidden className="absolute top-1/2 left-3 -translate-y-1/2 text-ink-faint" />
      <Input
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        className="pl-9"
        value={typed}
        maxLength={200}
        dir="auto"
        onChange={({ target }) => setTyped(target.value)}
      />
    </span>
  );
}

function ConversationChip({ id, onClear }: { readonly id: string; readonly onClear: () => void }) {
  const { t } = useTranslation('queue');
  const title = useSelector(useServices().conversations.state, ({ conversations }) => {
    return conversations.find((conversation) => conversation.id === id)?.title ?? id;
  });
  return (
    <span className="flex h-9 max-w-72 items-center gap-1 rounded-lg bg-tint-strong pl-3 text-[0.8125rem]">
      <span className="text-ink-soft">{t('conversation')}:</span>
      <span className="truncate" translate="no" dir="auto">
        {title}
      </span>
      <Button variant="ghost" size="small-icon" aria-label={t('clearConversation')} onClick={onClear}>
        <X size={14} aria-hidden />
      </Button>
    </span>
  );
}
