import { useState } from 'react';
import { describeError } from '../connection/refusal.ts';

interface Request {
  readonly running: boolean;
  /** Why the last one failed, in words for people. */
  readonly problem: string | null;
  /** Runs it, then `then` if it went well. */
  run(call: () => Promise<unknown>, then: () => void): void;
  clear(): void;
}

/** One request of a dialog: whether it runs and why it failed. */
export function useRequest(): Request {
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  return {
    running,
    problem,
    run(call, then) {
      setRunning(true);
      setProblem(null);
      call().then(
        () => {
          setRunning(false);
          then();
        },
        (error: unknown) => {
          setRunning(false);
          setProblem(describeError(error));
        },
      );
    },
    clear: () => setProblem(null),
  };
}
