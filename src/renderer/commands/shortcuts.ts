/**
 * The one place that listens for shortcuts. A key without a modifier is nothing while one types in a field; no shortcut works
 * through an open dialog, which has the keyboard to itself.
 */
import { commands, type Command } from './commands.ts';
import { isMac } from './platform.ts';
import { isStroke, strokesOf } from './shortcut.ts';

/** The second key of a sequence has to come within this. */
const sequenceMs = 1_200;

/** Runs commands by their shortcuts. Returns how to stop. */
export function listenForShortcuts(target: Document): () => void {
  let begun: { readonly key: string; readonly at: number } | undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (['Shift', 'Control', 'Meta', 'Alt'].includes(event.key)) return;
    const first = begun !== undefined && event.timeStamp - begun.at < sequenceMs ? begun.key : undefined;
    begun = undefined;
    if (target.querySelector('dialog[open]') !== null) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (plain && isTyping(event.target)) return;
    const { all } = commands.getSnapshot();
    const command = all.findLast((one) => fits(one, first, event));
    if (command !== undefined) {
      event.preventDefault();
      command.run();
      return;
    }
    if (first === undefined && all.some((one) => begins(one, event))) {
      begun = { key: event.key.toLowerCase(), at: event.timeStamp };
    }
  };
  target.addEventListener('keydown', onKeyDown);
  return () => target.removeEventListener('keydown', onKeyDown);
}

/** It is the whole of a shortcut, or the end of a sequence that `first` began. */
function fits({ shortcut }: Command, first: string | undefined, event: KeyboardEvent): boolean {
  if (shortcut === undefined) return false;
  const strokes = strokesOf(shortcut);
  const last = strokes.at(-1);
  if (last === undefined || !isStroke(event, last, isMac)) return false;
  return strokes.length === 1 ? first === undefined : strokes[0]?.key === first;
}

function begins({ shortcut }: Command, event: KeyboardEvent): boolean {
  if (shortcut === undefined) return false;
  const [stroke, ...others] = strokesOf(shortcut);
  return stroke !== undefined && others.length > 0 && isStroke(event, stroke, isMac);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('textarea, select')) return true;
  return target.matches('input') && !target.matches('[type=checkbox], [type=radio], [type=button], [type=range]');
}
