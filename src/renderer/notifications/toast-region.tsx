import { useSelector } from '@xstate/react';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { useServices } from '../services.tsx';
import type { Toast } from './toasts.ts';

const usualLifeMs = 8_000;

/**
 * The notes, in a region that screen readers read out as they come. Pointer or focus on it keeps all of them there. They
 * stand at the top, where neither the header's nor the composer's buttons are.
 */
export function ToastRegion() {
  const { t } = useTranslation('notifications');
  const { toasts } = useServices();
  const { shown } = useSelector(toasts.state, (state) => state);
  const { region, held } = useHeld();
  return (
    <section
      ref={region}
      aria-label={t('region')}
      className="pointer-events-none fixed inset-x-0 top-14 z-50 flex justify-end p-3"
    >
      <div role="status" className="w-full max-w-88">
        <ul className="flex flex-col gap-2">
          {shown.map((toast) => (
            <ToastItem key={toast.id} toast={toast} held={held} onDone={() => toasts.dismiss(toast.id)} />
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Whether the pointer or the focus is in the region. */
function useHeld() {
  const region = useRef<HTMLElement>(null);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const element = region.current;
    if (element === null) return undefined;
    const ended = new AbortController();
    const { signal } = ended;
    for (const type of ['pointerover', 'focusin']) element.addEventListener(type, () => setHeld(true), { signal });
    for (const type of ['pointerleave', 'focusout']) element.addEventListener(type, () => setHeld(false), { signal });
    return () => ended.abort();
  }, []);
  return { region, held };
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
    const timer = setTimeout(() => toasts.dismiss(id), lifeMs);
    return () => clearTimeout(timer);
  }, [toasts, toast, id, lifeMs, held]);
  return (
    <li
      className={cn(
        'pointer-events-auto flex animate-rise items-start gap-3 rounded-xl border bg-raised py-2.5 pr-2 pl-4 text-sm text-ink shadow-float',
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
          onClick={() => {
            onDone();
            toast.action?.run();
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <Button variant="ghost" size="small-icon" aria-label={t('dismiss')} onClick={onDone}>
        <X size={15} aria-hidden />
      </Button>
    </li>
  );
}
