import { useSelector } from '@xstate/react';
import { Command as Menu } from 'cmdk';
import { Bot, Goal, MessageSquare } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useModal } from '../components/ui/use-modal.ts';
import { useServices } from '../services.tsx';
import { navigate } from '../shell/route.ts';
import { commands, type Command } from './commands.ts';
import { find } from './find.ts';
import { ShortcutKeys } from './shortcut-keys.tsx';

/** More of one kind are found by typing. */
const most = 12;

interface Entry extends Command {
  readonly icon?: ReactNode;
  /** Names that people have given are not translated. */
  readonly isName?: boolean;
}

/** All that can be done now and everywhere one can go, by name. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('commands');
  const { ref, dialog } = useModal(true, onClose);
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const groups = useGroups(typed);
  // A dialog that opens focuses its first element that can be: the list's frame, not the field.
  useEffect(() => field.current?.focus(), [dialog]);
  return (
    <dialog
      ref={ref}
      aria-label={t('palette')}
      onClose={onClose}
      className="mx-auto mt-[12dvh] mb-auto w-[min(38rem,calc(100vw-1.5rem))] overflow-hidden rounded-2xl border bg-raised p-0 text-ink shadow-float open:animate-rise"
    >
      <Menu label={t('palette')} shouldFilter={false} loop>
        <Menu.Input
          ref={field}
          value={typed}
          onValueChange={setTyped}
          placeholder={t('placeholder')}
          className="h-13 w-full border-b bg-transparent px-5 text-[0.9375rem] outline-none placeholder:text-ink-faint"
        />
        <Menu.List label={t('palette')} className="max-h-[min(26rem,60dvh)] overflow-y-auto p-2">
          <Menu.Empty className="px-3 py-8 text-center text-sm text-ink-soft">{t('nothing')}</Menu.Empty>
          {groups.map(({ name, entries }) => (
            <Menu.Group
              key={name}
              heading={<span className="block px-3 pt-2 pb-1 text-xs text-ink-faint">{name}</span>}
            >
              {entries.map((entry) => (
                <Menu.Item
                  key={entry.id}
                  value={entry.id}
                  onSelect={() => {
                    onClose();
                    entry.run();
                  }}
                  className="flex cursor-pointer items-center gap-2.5 rounded-lg px-3 py-2 text-sm data-[selected=true]:bg-tint-strong"
                >
                  {entry.icon}
                  <span
                    dir="auto"
                    translate={entry.isName === true ? 'no' : undefined}
                    className="min-w-0 flex-1 truncate"
                  >
                    {entry.title}
                  </span>
                  {entry.shortcut !== undefined && <ShortcutKeys shortcut={entry.shortcut} />}
                </Menu.Item>
              ))}
            </Menu.Group>
          ))}
        </Menu.List>
      </Menu>
    </dialog>
  );
}

interface Group {
  readonly name: string;
  readonly entries: readonly Entry[];
}

/** The view's own commands first, then where one can go, then what is always there. */
function useGroups(typed: string): readonly Group[] {
  const { t } = useTranslation(['commands', 'settings', 'goals']);
  const { agents, conversations, goals } = useServices();
  const offered = useSelector(commands, ({ all }) => all);
  const talks = useSelector(conversations.state, (list) => list.conversations);
  const known = useSelector(agents, ({ all }) => all);
  const handedOver = useSelector(goals.state, (list) => list.goals);
  return useMemo(() => {
    const byId = new Map<string, Entry>(offered.filter(({ id }) => id !== 'palette').map((one) => [one.id, one]));
    const names = [...new Set([...byId.values()].map(({ group }) => group))];
    const everywhere: string[] = [t('navigation'), t('settings:sections.appearance'), t('help')];
    const ordered = [...names.filter((name) => !everywhere.includes(name)), ...everywhere];
    const ofCommands = ordered.map((name) => ({
      name,
      entries: find(
        [...byId.values()].filter(({ group }) => group === name),
        typed,
      ),
    }));
    const places: Group[] = [
      {
        name: t('toConversation'),
        entries: find(
          talks.map(({ id, title }) => ({
            id,
            title,
            group: t('toConversation'),
            icon: <MessageSquare size={15} aria-hidden className="shrink-0 text-ink-faint" />,
            isName: true,
            run: () => navigate({ page: 'conversation', id }),
          })),
          typed,
        ).slice(0, typed.trim() === '' ? 5 : most),
      },
      {
        name: t('goals:command.toGoal'),
        entries: find(
          handedOver.map(({ id, title }) => ({
            id,
            title,
            group: t('goals:command.toGoal'),
            icon: <Goal size={15} aria-hidden className="shrink-0 text-ink-faint" />,
            isName: true,
            run: () => navigate({ page: 'goal', id }),
          })),
          typed,
        ).slice(0, typed.trim() === '' ? 0 : most),
      },
      {
        name: t('toAgent'),
        entries: find(
          known.map(({ id, name, model }) => ({
            id,
            title: name,
            group: t('toAgent'),
            keywords: [model],
            icon: <Bot size={15} aria-hidden className="shrink-0 text-ink-faint" />,
            isName: true,
            run: () => navigate({ page: 'agents', id }),
          })),
          typed,
        ).slice(0, typed.trim() === '' ? 0 : most),
      },
    ];
    return [...ofCommands, ...places].filter(({ entries }) => entries.length > 0);
  }, [known, handedOver, offered, t, talks, typed]);
}
