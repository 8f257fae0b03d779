/** Every way in which the headless host ends, by exit code. Imports nothing that must not be loaded on an old Node. */

export const exitCodes = {
  /** Asked to stop, and stopped; also `--help` and `--version`. */
  stopped: 0,
  /** A defect. The data folder is as after any crash: nothing acknowledged is lost. */
  crashed: 1,
  /** A flag or a variable that makes no sense. */
  usage: 2,
  /** This Node is too old. */
  'wrong-node': 10,
  /** The port is taken, or the address is not one of this machine's. */
  address: 11,
  /** The token or the key file can be read by others, or cannot be read or written. */
  'private-file': 12,
  /** The data folder, as `StoreError` names it. */
  'in-use': 20,
  'newer-version': 21,
  'not-a-database': 22,
  'read-only': 23,
  unsupported: 24,
  damaged: 25,
  'no-writes': 26,
} as const;
export type ExitReason = keyof typeof exitCodes;

/** A start that cannot go on. The message says what happened and what to do next; it is shown without a stack trace. */
export class StartError extends Error {
  readonly reason: ExitReason;

  constructor(reason: ExitReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartError';
    this.reason = reason;
  }
}
