/**
 * Characters that turn the order of what follows them: with one of them a model's `exe.txt` reads as `txt.exe`, and code
 * as other code. Languages written from right to left do without them (`dir="auto"` sets the direction), so they are
 * shown by name. The isolates (U+2066 to U+2069) keep to what they enclose and stay.
 */
const overrides = /[\u202A-\u202E]/g;

export function showBidiControls(text: string): string {
  return text.replaceAll(overrides, (control) => `[U+${control.charCodeAt(0).toString(16).toUpperCase()}]`);
}

/** What is read of a tree of hast nodes. */
interface Node {
  readonly type: string;
  value?: unknown;
  readonly children?: readonly Node[];
}

/** A rehype step. Comes last: entities such as `&#x202e;` are characters by then. */
export function rehypeBidiControls() {
  return (tree: Node): void => {
    // Not recursive: raw HTML nests as deep as it likes.
    const open: Node[] = [tree];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (node.type === 'text' && typeof node.value === 'string') node.value = showBidiControls(node.value);
      if (node.children !== undefined) open.push(...node.children);
    }
  };
}
