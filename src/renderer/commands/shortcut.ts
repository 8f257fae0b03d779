/** Shortcuts as commands write them: `mod+shift+k`, `?`, or `g q` (one key after the other). Pure. */

export interface Stroke {
  /** As in `KeyboardEvent.key`, in small letters. */
  readonly key: string;
  /** Command on a Mac, Control elsewhere. */
  readonly mod: boolean;
  readonly shift: boolean;
}

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
    const modifiers = names.slice(0, -1);
    if (key === '' || modifiers.some((name) => name !== 'mod' && name !== 'shift')) {
      throw new Error(`"${shortcut}" is no shortcut`);
    }
    return { key, mod: modifiers.includes('mod'), shift: modifiers.includes('shift') };
  });
}

/** Whether it was this stroke. A sign that needs Shift on some keyboards (`?`) is matched by the sign. */
export function isStroke(pressed: Pressed, stroke: Stroke, isMac: boolean): boolean {
  const mod = isMac ? pressed.metaKey : pressed.ctrlKey;
  const other = isMac ? pressed.ctrlKey : pressed.metaKey;
  if (pressed.altKey || other || mod !== stroke.mod || pressed.key.toLowerCase() !== stroke.key) return false;
  return isLetter(stroke.key) || stroke.key.length > 1 ? pressed.shiftKey === stroke.shift : true;
}

/** The names on the keys, stroke by stroke: `[['⌘', 'K']]`, `[['G'], ['Q']]`. */
export function keyNames(shortcut: string, isMac: boolean): string[][] {
  return strokesOf(shortcut).map(({ key, mod, shift }) => [
    ...(mod ? [isMac ? '⌘' : 'Ctrl'] : []),
    ...(shift ? [isMac ? '⇧' : 'Shift'] : []),
    key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1),
  ]);
}

/** The same for `aria-keyshortcuts`, which knows no sequences. */
export function ariaKeys(shortcut: string, isMac: boolean): string | undefined {
  const [stroke, ...others] = strokesOf(shortcut);
  if (stroke === undefined || others.length > 0) return undefined;
  return [...(stroke.mod ? [isMac ? 'Meta' : 'Control'] : []), ...(stroke.shift ? ['Shift'] : []), stroke.key].join(
    '+',
  );
}

function isLetter(key: string): boolean {
  return key.length === 1 && key.toLowerCase() !== key.toUpperCase();
}
