/** What of a list fits some typed words. Pure. */

export interface Findable {
  readonly title: string;
  readonly group: string;
  readonly keywords?: readonly string[];
}

/**
 * Those that hold every word, in any order and spelling of case and accents; those whose title begins with what was typed
 * first, then those whose title holds it all. Nothing typed: all of them, as they are.
 */
export function find<Item extends Findable>(items: readonly Item[], typed: string): readonly Item[] {
  const query = plain(typed.trim());
  if (query === '') return items;
  const words = query.split(/\s+/);
  const ranked = items.flatMap((item) => {
    const title = plain(item.title);
    const all = plain([item.title, item.group, ...(item.keywords ?? [])].join(' '));
    if (!words.every((word) => all.includes(word))) return [];
    const rank = title.startsWith(query) ? 0 : words.every((word) => title.includes(word)) ? 1 : 2;
    return [{ item, rank }];
  });
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ item }) => item);
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
