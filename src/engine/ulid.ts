/**
 * Makes the typed ids of `src/protocol/ids.ts`: a prefix and a monotonic ULID (https://github.com/ulid/spec).
 *
 * Within one millisecond, and while the clock stands still or has jumped back, the 80 random bits count up from where
 * they were instead of being drawn again, so ids made by one process are strictly increasing as text.
 */
import type {
  AgentId,
  AttachmentId,
  ConversationId,
  GoalId,
  JobId,
  MessageId,
  ProjectId,
  TaskId,
} from '../protocol/ids.ts';
import type { Clock } from './ports.ts';

/** All kinds share one sequence. */
export interface Ids {
  job(): JobId;
  conversation(): ConversationId;
  message(): MessageId;
  agent(): AgentId;
  attachment(): AttachmentId;
  project(): ProjectId;
  goal(): GoalId;
  task(): TaskId;
}

/** Fills a fresh array of `size` bytes with cryptographically strong randomness. */
export type RandomBytes = (size: number) => Uint8Array;

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Every pair of digits: encoding takes one look-up for 10 bits. */
const pairs = Array.from({ length: 1_024 }, (_, n) => alphabet.charAt(n >> 5) + alphabet.charAt(n & 31));

/** A whole number below 2^53 as `digits` (even) characters of Crockford base32. */
function encode(value: number, digits: number): string {
  let text = '';
  for (let rest = value, left = digits; left > 0; left -= 2) {
    text = pairs[rest % 1_024] + text;
    rest = Math.floor(rest / 1_024);
  }
  return text;
}

/** The random part counts in two numbers that fit a double: 50 bits that rarely change, and 30 that count. */
const highLimit = 2 ** 50;
const lowLimit = 2 ** 30;
const bytesPerDraw = 10;
const drawsPerRefill = 64;

export interface UlidOptions {
  clock: Pick<Clock, 'now'>;
  randomBytes: RandomBytes;
  /** All that are made are greater than this ULID, also when the clock was put back while no process looked. */
  after?: string | undefined;
}

/** The milliseconds that a ULID begins with. */
function timeOf(ulid: string): number {
  let timeMs = 0;
  for (const digit of ulid.slice(0, 10)) timeMs = timeMs * 32 + alphabet.indexOf(digit);
  return timeMs;
}

/** Returns a function that makes strictly increasing ULIDs. Over 10 million a second. */
export function createUlid({ clock, randomBytes, after }: UlidOptions): () => string {
  // As if `after` had been the last of its millisecond.
  let timeMs = after === undefined ? -1 : timeOf(after);
  let high = highLimit - 1;
  let low = lowLimit - 1;
  let timeText = '';
  let prefix = '';
  let pool = new Uint8Array(0);
  let used = 0;

  function draw(atMs: number): void {
    if (used >= pool.length) {
      pool = Uint8Array.from(randomBytes(bytesPerDraw * drawsPerRefill));
      used = 0;
    }
    const view = new DataView(pool.buffer, pool.byteOffset + used, bytesPerDraw);
    used += bytesPerDraw;
    timeMs = atMs;
    high = (view.getUint16(0) * 2 ** 32 + view.getUint32(2)) * 4 + (view.getUint32(6) >>> 30);
    low = view.getUint32(6) % lowLimit;
    timeText = encode(timeMs, 10);
    prefix = timeText + encode(high, 10);
  }

  return () => {
    const now = Math.floor(clock.now());
    if (now > timeMs) {
      draw(now);
    } else if ((low += 1) === lowLimit) {
      low = 0;
      high += 1;
      // All 2^80 ids of this millisecond are behind the one drawn: borrow the next millisecond.
      if (high === highLimit) draw(timeMs + 1);
      else prefix = timeText + encode(high, 10);
    }
    return prefix + pairs[low >>> 20] + pairs[(low >>> 10) & 1_023] + pairs[low & 1_023];
  };
}

/** The ids of everything that Nightshift creates. */
export function createIds(options: UlidOptions): Ids {
  const ulid = createUlid(options);
  return {
    job: () => `job_${ulid()}` as JobId,
    conversation: () => `conv_${ulid()}` as ConversationId,
    message: () => `msg_${ulid()}` as MessageId,
    agent: () => `agent_${ulid()}` as AgentId,
    attachment: () => `att_${ulid()}` as AttachmentId,
    project: () => `prj_${ulid()}` as ProjectId,
    goal: () => `goal_${ulid()}` as GoalId,
    task: () => `task_${ulid()}` as TaskId,
  };
}
