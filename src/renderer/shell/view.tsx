import { Component, Suspense, type ComponentType, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import type { Route } from './route.ts';
import { views, type Page, type ViewProps } from './views.tsx';

/** The view of an address. While it loads, or when it fails, the rest of the page goes on. */
export function View({ route, onMenu }: { readonly route: Route; readonly onMenu: () => void }) {
  const { t } = useTranslation('shell');
  // The table pairs each address with a component for it, which a lookup by a union cannot show.
  const Shown = (views[route.page] ?? views.new) as ComponentType<ViewProps<Page>> | undefined;
  if (Shown === undefined) return null;
  return (
    <ViewGuard key={route.page}>
      <Suspense
        fallback={
          <div className="grid flex-1 place-items-center text-sm text-ink-faint" role="status">
            {t('loading')}
          </div>
        }
      >
        <Shown route={route} onMenu={onMenu} />
      </Suspense>
    </ViewGuard>
  );
}

class ViewGuard extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { readonly error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown): void {
    console.error('A view failed.', error);
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : <Broken error={error} />;
  }
}

/** A defect of the view, or a part of the page that could not be loaded. */
function Broken({ error }: { readonly error: Error }) {
  const { t } = useTranslation('shell');
  return (
    <div role="alert" className="grid flex-1 place-items-center p-6 text-center">
      <div className="max-w-md">
        <h1 className="text-lg font-semibold tracking-tight">{t('brokenTitle')}</h1>
        <p className="mt-1 text-sm text-ink-soft">{t('brokenHint')}</p>
        <p className="mt-3 rounded-lg bg-tint px-3 py-2 font-mono text-xs wrap-anywhere">{error.message}</p>
        <Button className="mt-4" onClick={() => location.reload()}>
          {t('reload')}
        </Button>
      </div>
    </div>
  );
}
