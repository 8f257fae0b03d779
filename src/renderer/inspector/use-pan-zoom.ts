/** Moves and scales a drawing by mouse, touch and keyboard. It fits itself into its frame until somebody moves it. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

export interface Viewpoint {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface PanZoom {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly view: Viewpoint;
  zoom(by: number): void;
  fit(): void;
}

const smallest = 0.2;
const largest = 3;
/** Its smallest text is then 6 px high: one can follow it, and come closer. */
const legible = 0.58;
const step = 60;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** All of it; or, where that could not be read, the part around `focus`. */
function fitted(content: Size, frame: Size, focus: Point): Viewpoint {
  const whole = Math.min(1.15, frame.width / content.width, frame.height / content.height);
  const scale = Math.max(legible, whole);
  const along = (length: number, room: number, at: number): number =>
    length * scale <= room
      ? (room - length * scale) / 2
      : Math.min(0, Math.max(room - length * scale, room / 2 - at * scale));
  return {
    scale,
    x: along(content.width, frame.width, focus.x),
    y: along(content.height, frame.height, focus.y),
  };
}

/** Scaled by `by` while the point of the frame stays where it is. */
function zoomed(view: Viewpoint, by: number, point: Point): Viewpoint {
  const scale = Math.min(largest, Math.max(smallest, view.scale * by));
  const ratio = scale / view.scale;
  return { scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio };
}

/** `focus`: what should be seen where not all of it can be. */
export function usePanZoom({ width, height }: Size, { x, y }: Point): PanZoom {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<Viewpoint>({ x: 0, y: 0, scale: 1 });
  const isTouched = useRef(false);

  const fit = useCallback(() => {
    isTouched.current = false;
    if (frame.current === null || width === 0) return;
    setView(fitted({ width, height }, frame.current.getBoundingClientRect(), { x, y }));
  }, [width, height, x, y]);

  const change = useCallback((next: (view: Viewpoint) => Viewpoint) => {
    isTouched.current = true;
    setView(next);
  }, []);

  const zoom = useCallback(
    (by: number) => {
      const size = frame.current?.getBoundingClientRect();
      if (size !== undefined) change((now) => zoomed(now, by, { x: size.width / 2, y: size.height / 2 }));
    },
    [change],
  );

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    if (!isTouched.current) fit();
    const observer = new ResizeObserver(() => {
      if (!isTouched.current) fit();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [fit]);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => change((now) => ({ ...now, x: now.x + step })),
      ArrowRight: () => change((now) => ({ ...now, x: now.x - step })),
      ArrowUp: () => change((now) => ({ ...now, y: now.y + step })),
      ArrowDown: () => change((now) => ({ ...now, y: now.y - step })),
      '+': () => zoom(1.2),
      '=': () => zoom(1.2),
      '-': () => zoom(1 / 1.2),
      '0': fit,
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key];
      if (move === undefined) return;
      event.preventDefault();
      move();
    };
    element.addEventListener('keydown', onKeyDown);
    const unlisten = listen(element, change);
    return () => {
      element.removeEventListener('keydown', onKeyDown);
      unlisten();
    };
  }, [change, zoom, fit]);

  return { frame, view, zoom, fit };
}

/** Drags with one pointer, pinches with two; the wheel scales. Returns how to end it. */
function listen(element: HTMLElement, change: (next: (view: Viewpoint) => Viewpoint) => void): () => void {
  const pointers = new Map<number, PointerEvent>();
  const ends = new AbortController();
  const { signal } = ends;
  const inside = (x: number, y: number) => {
    const { left, top } = element.getBoundingClientRect();
    return { x: x - left, y: y - top };
  };
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const point = inside(event.clientX, event.clientY);
      change((now) => zoomed(now, Math.exp(-event.deltaY * 0.0015), point));
    },
    { passive: false, signal },
  );
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, event);
      element.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      const other = [...pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
      pointers.set(event.pointerId, event);
      const by = { x: event.clientX - before.clientX, y: event.clientY - before.clientY };
      if (other === undefined) {
        change((now) => ({ ...now, x: now.x + by.x, y: now.y + by.y }));
        return;
      }
      const apart = (a: PointerEvent) => Math.hypot(a.clientX - other.clientX, a.clientY - other.clientY) || 1;
      const middle = inside((event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2);
      change((now) => zoomed(now, apart(event) / apart(before), middle));
    },
    { signal },
  );
  const lift = (event: PointerEvent): void => void pointers.delete(event.pointerId);
  element.addEventListener('pointerup', lift, { signal });
  element.addEventListener('pointercancel', lift, { signal });
  return () => ends.abort();
}
