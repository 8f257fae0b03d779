/** Short notes over the page, each with at most one thing to do. They go by themselves, but not while one looks at them. */
import { Store } from '../remote/store.ts';

export interface Toast {
  /** A further toast with the same id takes the place of the first. */
  readonly id: string;
  readonly title: string;
  /** What people or models wrote; it is not translated. */
  readonly quote?: string;
  readonly text?: string;
  readonly tone?: 'note' | 'alarm';
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Absent: eight seconds. */
  readonly lifeMs?: number;
}

/** More would cover what one works on; the oldest go first. */
const maxShown = 4;

export class Toasts {
  readonly state = new Store<{ readonly shown: readonly Toast[] }>({ shown: [] });

  show(toast: Toast): void {
    this.state.update(({ shown }) => ({
      shown: [...shown.filter(({ id }) => id !== toast.id), toast].slice(-maxShown),
    }));
  }

  dismiss(id: string): void {
    this.state.update(({ shown }) => ({ shown: shown.filter((toast) => toast.id !== id) }));
  }
}
