/** How a person, a terminal or a service manager asks the host to stop: once to finish what runs, twice to stop at once. */

export interface StopRequests {
  /** Resolves at the first signal, with its name. */
  readonly asked: Promise<NodeJS.Signals>;
  /** Resolves at the second. */
  readonly urged: Promise<NodeJS.Signals>;
  /** Gives the signals back to Node, which ends the process at the next one. */
  release(): void;
}

const signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

export function listenForStop(process: NodeJS.EventEmitter): StopRequests {
  const asked = Promise.withResolvers<NodeJS.Signals>();
  const urged = Promise.withResolvers<NodeJS.Signals>();
  let count = 0;
  const hear = (signal: NodeJS.Signals) => {
    count += 1;
    (count === 1 ? asked : urged).resolve(signal);
  };
  for (const signal of signals) process.on(signal, hear);
  return {
    asked: asked.promise,
    urged: urged.promise,
    release() {
      for (const signal of signals) process.off(signal, hear);
    },
  };
}
