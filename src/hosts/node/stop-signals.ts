/** How a person, a terminal or a service manager asks the host to stop: once to finish what runs, twice to stop at once. */

export interface StopRequests {
  /** Resolves at the first signal, with its name. */
  readonly asked: Promise<NodeJS.Signals>;
  /** Resolves at the second. */
  readonly urged: Promise<NodeJS.Signals>;
}

const signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** From this call on, these signals no longer end the process by themselves. */
export function listenForStop(process: NodeJS.EventEmitter): StopRequests {
  const asked = Promise.withResolvers<NodeJS.Signals>();
  const urged = Promise.withResolvers<NodeJS.Signals>();
  let count = 0;
  const hear = (signal: NodeJS.Signals) => {
    count += 1;
    (count === 1 ? asked : urged).resolve(signal);
  };
  for (const signal of signals) process.on(signal, hear);
  return { asked: asked.promise, urged: urged.promise };
}
