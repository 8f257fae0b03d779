import { Activity, BarChart3, Bot, Command, Cpu, Goal, ListOrdered, MessagesSquare, Settings2 } from 'lucide-react';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { isMac } from '../commands/platform.ts';
import { ariaKeys } from '../commands/shortcut.ts';
import { openPalette } from '../commands/shown.ts';
import { cn } from '../components/ui/cn.ts';
import { Hint } from '../components/ui/hint.tsx';
import { GoalBadge, useWaitingGoals } from '../goals/goal-badge.tsx';
import { hashOf, useRoute, type Route } from './route.ts';
import { views } from './views.tsx';

const places = [
  { name: 'conversations', to: { page: 'new' }, holds: ['new', 'conversation'], Icon: MessagesSquare },
  { name: 'goals', to: { page: 'goals' }, holds: ['goals', 'goal'], Icon: Goal },
  { name: 'agents', to: { page: 'agents' }, holds: ['agents'], Icon: Bot },
  { name: 'queue', to: { page: 'queue' }, holds: ['queue', 'job'], Icon: ListOrdered },
  { name: 'workers', to: { page: 'workers' }, holds: ['workers'], Icon: Cpu },
  { name: 'charts', to: { page: 'charts' }, holds: ['charts'], Icon: BarChart3 },
  { name: 'inspector', to: { page: 'inspector' }, holds: ['inspector'], Icon: Activity },
  { name: 'settings', to: { page: 'settings', section: 'general' }, holds: ['settings'], Icon: Settings2 },
] as const satisfies readonly { name: string; to: Route; holds: readonly Route['page'][]; Icon: typeof Bot }[];

/** The way between the views: a column at the window's edge, or a row where it stands in the side bar's sheet. */
export function Navigation({ row = false, onChosen }: { readonly row?: boolean; readonly onChosen?: () => void }) {
  const { t } = useTranslation('shell');
  const { page } = useRoute();
  const { t: goals } = useTranslation('goals');
  const waiting = useWaitingGoals();
  return (
    <nav
      aria-label={t('navigation')}
      className={cn(
        'flex shrink-0 gap-1 bg-rail p-1.5',
        row ? 'flex-row justify-between border-b' : 'w-13 flex-col border-r',
      )}
    >
      {places
        .filter(({ to }) => views[to.page] !== undefined)
        .map(({ name, to, holds, Icon }) => {
          const current = holds.some((held) => held === page);
          const label = name === 'goals' && waiting > 0 ? `${t(name)}: ${goals('badge', { count: waiting })}` : t(name);
          return (
            <Fragment key={name}>
              {name === 'settings' && !row && <PaletteButton />}
              <Hint text={label}>
                <a
                  href={hashOf(to)}
                  aria-label={label}
                  aria-current={current ? 'page' : undefined}
                  onClick={onChosen}
                  className={cn(
                    'relative grid size-10 place-items-center rounded-lg text-ink-soft transition-colors hover:bg-tint-strong/70 hover:text-ink',
                    current && 'bg-tint-strong text-ink',
                  )}
                >
                  <Icon size={19} aria-hidden />
                  {name === 'goals' && <GoalBadge count={waiting} />}
                </a>
              </Hint>
            </Fragment>
          );
        })}
    </nav>
  );
}

/** The way to everything else, for those who use the mouse. */
function PaletteButton() {
  const { t } = useTranslation('commands');
  return (
    <Hint text={t('openPalette')}>
      <button
        type="button"
        aria-label={t('openPalette')}
        aria-keyshortcuts={ariaKeys('mod+k', isMac)}
        onClick={openPalette}
        className="mt-auto grid size-10 place-items-center rounded-lg text-ink-soft transition-colors hover:bg-tint-strong/70 hover:text-ink"
      >
        <Command size={18} aria-hidden />
      </button>
    </Hint>
  );
}
