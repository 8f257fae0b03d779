/** `worker:3` is called worker 3. */
export function numberOf(workerId: string): string {
  return workerId.split(':')[1] ?? workerId;
}
