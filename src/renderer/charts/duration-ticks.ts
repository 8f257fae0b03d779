/** Marks of an axis of time spans: seconds and minutes do not go by tens. Pure. */
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const stepsMs = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12, 24, 48, 96].map((n) => n * hour),
];

/** From 0 to the first mark that is not below `maxMs`; three to six of them. */
export function durationTicks(maxMs: number): number[] {
  const step = stepsMs.find((candidate) => maxMs / candidate <= 4) ?? 24 * hour * Math.ceil(maxMs / (4 * 24 * hour));
  const count = Math.max(1, Math.ceil(maxMs / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
