import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import { commands, type Command } from './commands.ts';
import { ShortcutKeys } from './shortcut-keys.tsx';

/** Every shortcut that works now, by group, and the keys that fields and lists know by themselves. */
export function ShortcutList() {
  const { t } = useTranslation('commands');
  const all = useSelector(commands, (list) => list.all);
  const byId = new Map(all.map((command) => [command.id, command]));
  const groups = Map.groupBy(
    [...byId.values()].filter((command): command is Command & { shortcut: string } => command.shortcut !== undefined),
    ({ group }) => group,
  );
  const fields = [
    { keys: 'enter', title: t('sends') },
    { keys: 'shift+enter', title: t('newLine') },
    { keys: 'escape', title: t('closes') },
    { keys: 'tab', title: t('moves') },
  ];
  return (
    <div className="gap-8 sm:columns-2">
      {[...groups].map(([name, list]) => (
        <Group key={name} name={name} lines={list.map(({ title, shortcut }) => ({ title, keys: shortcut }))} />
      ))}
      <Group name={t('fields')} lines={fields} />
    </div>
  );
}

interface GroupProps {
  readonly name: string;
  readonly lines: readonly { readonly title: string; readonly keys: string }[];
}

function Group({ name, lines }: GroupProps) {
  return (
    <section className="mb-6 break-inside-avoid">
      <h3 className="mb-1.5 text-xs font-medium text-ink-faint">{name}</h3>
      <ul>
        {lines.map(({ title, keys }) => (
          <li key={keys} className="flex items-center justify-between gap-4 py-1 text-sm">
            <span className="min-w-0">{title}</span>
            <ShortcutKeys shortcut={keys} />
          </li>
        ))}
      </ul>
    </section>
  );
}
