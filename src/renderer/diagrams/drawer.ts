/**
 * Has diagrams drawn, one after the other, by a frame that is not seen. One that takes too long takes its frame with it: a
 * sandboxed frame runs beside the page, so the page goes on meanwhile.
 */
import type { DrawRequest, FrameMessage } from './protocol.ts';

export type Drawing =
  | { readonly url: string; readonly width: number; readonly height: number }
  | { readonly reason: string };

interface Waiting {
  readonly request: DrawRequest;
  settle(drawing: Drawing): void;
}

const timeoutMs = 6_000;
/** Its code is some megabytes, read once. */
const startMs = 20_000;
const maxSourceChars = 20_000;
/** Drawings that are kept: coming back to an answer shows them at once. */
const maxKept = 60;

let frame: HTMLIFrameElement | null = null;
let ready = false;
let current: Waiting | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastId = 0;
const line: Waiting[] = [];
const kept = new Map<string, Promise<Drawing>>();

/** Never rejects. The same source in the same theme is drawn once. */
export function drawDiagram(source: string, theme: DrawRequest['theme']): Promise<Drawing> {
  if (source.length > maxSourceChars) return Promise.resolve({ reason: 'too long' });
  const key = `${theme}\n${source}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  lastId += 1;
  const request = { id: lastId, source, theme };
  const drawing = new Promise<Drawing>((settle) => line.push({ request, settle }));
  kept.set(key, drawing);
  if (kept.size > maxKept) forgetOldest();
  next();
  return drawing;
}

function forgetOldest(): void {
  const [key, drawing] = kept.entries().next().value ?? [];
  if (key === undefined || drawing === undefined) return;
  kept.delete(key);
  // Somebody may still look at it; a picture that was loaded stays.
  void drawing.then((old) => {
    if ('url' in old) setTimeout(() => URL.revokeObjectURL(old.url), 60_000);
  });
}

function next(): void {
  if (current !== null || line.length === 0) return;
  if (frame === null) start();
  if (!ready) return;
  current = line.shift() ?? null;
  if (current === null) return;
  frame?.contentWindow?.postMessage(current.request, '*');
  timer = setTimeout(() => giveUp('it took too long'), timeoutMs);
}

function start(): void {
  frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  frame.title = 'Diagrams';
  frame.className = 'diagram-frame';
  frame.src = './diagram.html';
  ready = false;
  window.addEventListener('message', onMessage);
  document.body.append(frame);
  timer = setTimeout(() => giveUp('its part of the page could not be loaded'), startMs);
}

/** The frame goes, with what it works on; what waits is drawn by another. */
function giveUp(reason: string): void {
  frame?.remove();
  frame = null;
  window.removeEventListener('message', onMessage);
  const lost = current ?? (ready ? null : (line.shift() ?? null));
  current = null;
  lost?.settle({ reason });
  next();
}

function onMessage({ data, source }: MessageEvent<FrameMessage>): void {
  if (frame === null || source !== frame.contentWindow) return;
  if (data.type === 'ready') {
    clearTimeout(timer);
    ready = true;
  } else if (current?.request.id === data.id) {
    clearTimeout(timer);
    const { settle } = current;
    current = null;
    settle(data.type === 'drawn' ? pictureOf(data) : { reason: data.reason });
  }
  next();
}

/** As a picture it runs nothing and loads nothing, whatever is in it. */
function pictureOf({ svg, width, height }: Extract<FrameMessage, { type: 'drawn' }>): Drawing {
  return { url: URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' })), width, height };
}
