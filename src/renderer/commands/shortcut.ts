/**
 * Shortcuts as commands write them: `mod+shift+k`, `?`, `alt+arrowdown`, or `g q` (one key after the other). Pure. `alt` goes
 * with keys that have a name: with letters it writes other signs on a Mac.
 */

export interface Stroke {
  /** As in `KeyboardEvent.key`, in small letters. */
  readonly key: string;
  /** Command on a Mac, Control elsewhere. */
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

const modifiers: readonly string[] = ['mod', 'shift', 'alt'];

/** What a keyboard event says that matters here. */
export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** The strokes of a shortcut, in their order. Throws for one that is not written as above: that is a defect of its command. */
export function strokesOf(shortcut: string): Stroke[] {
  return shortcut.split(' ').map((part) => {
    const names = part.split('+');
    const key = names.at(-1) ?? '';
    const held = names.slice(0, -1);
    const altSign = held.includes('alt') && key.length === 1;
    if (key === '' || altSign || held.some((name) => !modifiers.includes(name))) {
      throw new Error(`"${shortcut}" is no shortcut`);
    }
    return { key, mod: held.includes('mod'), shift: held.includes('shift'), alt: held.includes('alt') };
  });
}

/** Whether it was this stroke. A sign that needs Shift on some keyboards (`?`) is matched by the sign. */
export function isStroke(pressed: Pressed, stroke: Stroke, isMac: boolean): boolean {
  const mod = isMac ? pressed.metaKey : pressed.ctrlKey;
  const other = isMac ? pressed.ctrlKey : pressed.metaKey;
  if (other || mod !== stroke.mod || pressed.altKey !== stroke.alt) return false;
  if (pressed.key.toLowerCase() !== stroke.key) return false;
  return isLetter(stroke.key) || stroke.key.length > 1 ? pressed.shiftKey === stroke.shift : true;
}

/** The names on the keys, stroke by stroke: `[['⌘', 'K']]`, `[['G'], ['Q']]`. */
export function keyNames(shortcut: string, isMac: boolean): string[][] {
  return strokesOf(shortcut).map(({ key, mod, shift, alt }) => [
    ...(mod ? [isMac ? '⌘' : 'Ctrl'] : []),
    ...(alt ? [isMac ? '⌥' : 'Alt'] : []),
    ...(shift ? [isMac ? '⇧' : 'Shift'] : []),
    arrows[key] ?? (key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1)),
  ]);
}

/** The same for `aria-keyshortcuts`, which knows no sequences. */
export function ariaKeys(shortcut: string, isMac: boolean): string | undefined {
  const [stroke, ...others] = strokesOf(shortcut);
  if (stroke === undefined || others.length > 0) return undefined;
  return [
    ...(stroke.mod ? [isMac ? 'Meta' : 'Control'] : []),
    ...(stroke.alt ? ['Alt'] : []),
    ...(stroke.shift ? ['Shift'] : []),
    stroke.key,
  ].join('+');
}

const arrows: Readonly<Record<string, string>> = { arrowup: '↑', arrowdown: '↓', arrowleft: '←', arrowright: '→' };

function isLetter(key: string): boolean {
  return key.length === 1 && key.toLowerCase() !== key.toUpperCase();
}
