import { useSelector } from '@xstate/react';
import { X } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { useServices } from '../services.tsx';
import type { Toast } from './toasts.ts';

const usualLifeMs = 8_000;

/**
 * The notes, in a region that screen readers read out as they come. Pointer or focus on it keeps all of them there. It
 * takes room of its own at the end of the page's main part, above the composer where there is one: nothing is covered,
 * and neither the header nor what is being written moves.
 */
export function ToastRegion() {
  const { t } = useTranslation('notifications');
  const { toasts } = useServices();
  const { shown } = useSelector(toasts.state, (state) => state);
  const { region, held, leave } = useHeld();
  return (
    <section
      ref={region}
      aria-label={t('region')}
      className={cn('max-h-[40dvh] shrink-0 overflow-y-auto', shown.length > 0 && 'p-2')}
    >
      {/* What has come is read out, and not all the others again. */}
      <div role="status" aria-atomic="false">
        <ul className="flex flex-wrap items-end justify-end gap-2">
          {/* The newest first: on a small screen the others are scrolled to. */}
          {shown.toReversed().map((toast) => (
            <ToastItem
              key={toast.id}
              toast={toast}
              held={held}
              onDone={() => {
                leave();
                toasts.dismiss(toast.id);
              }}
            />
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Whether the pointer or the focus is in the region; `leave` takes the focus back to where it was before. */
function useHeld() {
  const region = useRef<HTMLElement>(null);
  const before = useRef<EventTarget>(null);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const element = region.current;
    if (element === null) return undefined;
    const ended = new AbortController();
    const { signal } = ended;
    const onFocus = ({ relatedTarget }: FocusEvent) => {
      const isInside = relatedTarget instanceof Node && element.contains(relatedTarget);
      if (!isInside) before.current = relatedTarget;
      setHeld(true);
    };
    element.addEventListener('focusin', onFocus, { signal });
    element.addEventListener('pointerover', () => setHeld(true), { signal });
    for (const type of ['pointerleave', 'focusout']) element.addEventListener(type, () => setHeld(false), { signal });
    return () => ended.abort();
  }, []);
  // A focused button that goes would take the focus with it, and no event would tell.
  const leave = () => {
    if (region.current?.contains(document.activeElement) === true && before.current instanceof HTMLElement) {
      before.current.focus();
    }
    setHeld(false);
  };
  return { region, held, leave };
}

interface ToastItemProps {
  readonly toast: Toast;
  readonly held: boolean;
  readonly onDone: () => void;
}

function ToastItem({ toast, held, onDone }: ToastItemProps) {
  const { t } = useTranslation('notifications');
  const { toasts } = useServices();
  const { id, lifeMs = usualLifeMs } = toast;
  useEffect(() => {
    if (held) return undefined;
    // Under a modal dialog nobody can reach it: it has its time again once that may be closed.
    const timer = setInterval(() => {
      if (document.querySelector('dialog:modal') === null) toasts.dismiss(id);
    }, lifeMs);
    return () => clearInterval(timer);
  }, [toasts, toast, id, lifeMs, held]);
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') onDone();
  };
  return (
    <li
      className={cn(
        'flex w-full animate-rise items-start gap-3 rounded-xl border bg-raised py-2.5 pr-2 pl-4 text-sm text-ink shadow-float sm:max-w-88',
        toast.tone === 'alarm' && 'border-alarm-line',
      )}
    >
      <div className="min-w-0 flex-1 py-0.5">
        <p className={cn('font-medium', toast.tone === 'alarm' && 'text-alarm')}>{toast.title}</p>
        {toast.quote !== undefined && (
          <p translate="no" dir="auto" className="line-clamp-2 wrap-anywhere text-ink-soft">
            {toast.quote}
          </p>
        )}
        {toast.text !== undefined && <p className="text-ink-soft">{toast.text}</p>}
      </div>
      {toast.action !== undefined && (
        <Button
          size="small"
          onKeyDown={onKeyDown}
          onClick={() => {
            onDone();
            toast.action?.run();
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <Button variant="ghost" size="small-icon" aria-label={t('dismiss')} onKeyDown={onKeyDown} onClick={onDone}>
        <X size={15} aria-hidden />
      </Button>
    </li>
  );
}
