/** How full a connection is: whoever writes to it asks before the next message. */

/** The room on one connection. */
export interface Flow {
  /** Undefined: there is room. Otherwise resolves when there is room again, or when the connection has closed. */
  ready(): Promise<void> | undefined;
}

/** For carriers that hold back the writer themselves (plain HTTP waits for `drain` after each chunk). */
export const openFlow: Flow = { ready: () => undefined };

/** Above this much unsent data, in bytes or characters, a connection has no room. One single message may be larger. */
export const highWater = 1_000_000;
