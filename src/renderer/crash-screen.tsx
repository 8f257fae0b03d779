import { Component, type ErrorInfo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './components/ui/button.tsx';

interface CrashScreenState {
  readonly error: Error | null;
}

/** What is left when the page itself fails: the service and its jobs are not touched by that, and it says so. */
export class CrashScreen extends Component<{ readonly children: ReactNode }, CrashScreenState> {
  override state: CrashScreenState = { error: null };

  static getDerivedStateFromError(error: unknown): CrashScreenState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error('The page failed.', error, info.componentStack);
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : <Crashed error={error} />;
  }
}

function Crashed({ error }: { readonly error: Error }) {
  const { t } = useTranslation('shell');
  return (
    <main role="alert" className="grid h-full place-items-center p-6">
      <div className="max-w-md">
        <h1 className="text-lg font-semibold tracking-tight">{t('crashTitle')}</h1>
        <p className="mt-1 text-sm text-ink-soft">{t('crashHint')}</p>
        <p translate="no" className="mt-3 rounded-lg bg-tint px-3 py-2 font-mono text-xs wrap-anywhere">
          {error.message}
        </p>
        <Button className="mt-4" variant="primary" onClick={() => location.reload()}>
          {t('reload')}
        </Button>
      </div>
    </main>
  );
}
