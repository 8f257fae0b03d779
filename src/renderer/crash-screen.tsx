import { Component, type ErrorInfo, type ReactNode } from 'react';
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
    if (error === null) return this.props.children;
    return (
      <main role="alert" className="grid h-full place-items-center p-6">
        <div className="max-w-md">
          <h1 className="text-lg font-semibold tracking-tight">The page hit a defect of its own</h1>
          <p className="mt-1 text-sm text-ink-soft">
            Your conversations are safe and their jobs go on in the service. Reload the page to see them again.
          </p>
          <p className="mt-3 rounded-lg bg-tint px-3 py-2 font-mono text-xs wrap-anywhere">{error.message}</p>
          <Button className="mt-4" variant="primary" onClick={() => location.reload()}>
            Reload
          </Button>
        </div>
      </main>
    );
  }
}
