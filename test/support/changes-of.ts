/** What an event has changed of a machine whose context is the columns of a row. */

/** The columns of `after` whose values are not those of `before`. */
export function changesOf<Context extends object>(before: Context, after: Context): Partial<Context> {
  const old = new Map(Object.entries(before).map(([key, value]) => [key, JSON.stringify(value)]));
  const changed = Object.entries(after).filter(([key, value]) => JSON.stringify(value) !== old.get(key));
  return Object.fromEntries(changed) as Partial<Context>;
}
