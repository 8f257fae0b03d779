/** The payload of an event in a line: `workerId: worker:1, attempt: 2`. Pure. */

/** Of the machine's own account-keeping, and what the attempts show in full. */
const left = new Set(['attempt', 'rank', 'random', 'initial', 'failure', 'openDependencies', 'heldDependencies']);

export function detailText(detail: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(detail).flatMap(([key, value]) =>
    !left.has(key) && (typeof value === 'string' || typeof value === 'number' || value === true)
      ? [`${key}: ${value}`]
      : [],
  );
  const { failure } = detail;
  if (typeof failure === 'object' && failure !== null && 'code' in failure) parts.push(String(failure.code));
  return parts.join(', ');
}
