/** What one part of the engine leaves for the end of the turn, or for the next pulse. */
export interface Signals {
  /** Something may be claimable. Cleared by the commit of a turn that has offered. */
  bell: boolean;
  /** Workers have come, gone, or accept jobs no longer. */
  workersChanged: boolean;
  /** The pool's and the queue's watchers have something new to see. */
  pulseDue: boolean;
}
