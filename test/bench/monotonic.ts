/**
 * A clock that all processes of this machine share, with better than a microsecond's resolution: the system's monotonic
 * clock, so times taken in two processes can be subtracted. In milliseconds since some fixed moment.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
