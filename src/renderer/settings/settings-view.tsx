import { Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../components/ui/cn.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { hashOf, type SettingsSection } from '../shell/route.ts';
import type { ViewProps } from '../shell/views.tsx';
import { listedSections, sections } from './sections.ts';

/** The list of sections, and the one that the address names. */
export function SettingsView({ route, onMenu }: ViewProps<'settings'>) {
  const { t } = useTranslation(['settings', 'common']);
  const current = listedSections.find((name) => name === route.section) ?? 'general';
  const Content = sections[current]?.Content;
  return (
    <>
      <PageHeader title={t('title')} onMenu={onMenu} />
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <SectionList current={current} />
        <section
          aria-labelledby="settings-section"
          // What has no control of its own can still be scrolled with the keyboard.
          tabIndex={0}
          className="min-h-0 min-w-0 flex-1 overflow-y-auto -outline-offset-2"
        >
          <div className="mx-auto w-full max-w-[46rem] px-4 pt-6 pb-16 sm:px-8">
            <h2 id="settings-section" className="mb-5 text-xl font-semibold tracking-tight">
              {t(`sections.${current}`)}
            </h2>
            <Suspense
              fallback={
                <p role="status" className="text-sm text-ink-faint">
                  {t('common:loading')}
                </p>
              }
            >
              {Content !== undefined && <Content key={current} />}
            </Suspense>
          </div>
        </section>
      </div>
    </>
  );
}

/** A column beside the content; a row that scrolls above it where there is little room. */
function SectionList({ current }: { readonly current: SettingsSection }) {
  const { t } = useTranslation('settings');
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    // In a row, the chosen one may be beyond its end.
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <nav
      ref={list}
      aria-label={t('navigation')}
      className="flex shrink-0 gap-1 overflow-x-auto border-b p-2 lg:w-56 lg:flex-col lg:border-r lg:border-b-0 lg:p-3"
    >
      {listedSections.map((name) => {
        const Icon = sections[name]?.Icon;
        return (
          <a
            key={name}
            href={hashOf({ page: 'settings', section: name })}
            aria-current={name === current ? 'page' : undefined}
            className={cn(
              'flex h-9 shrink-0 items-center gap-2.5 rounded-lg px-3 text-sm -outline-offset-2 transition-colors',
              name === current
                ? 'bg-tint-strong font-medium text-ink'
                : 'text-ink-soft hover:bg-tint-strong/60 hover:text-ink',
            )}
          >
            {Icon !== undefined && <Icon size={16} aria-hidden className="text-ink-faint" />}
            {t(`sections.${name}`)}
          </a>
        );
      })}
    </nav>
  );
}
