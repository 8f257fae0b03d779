/**
 * Asking an agent something before it is saved: each question is a job of its own outside any conversation, with all that was
 * said here before. What was tried is removed with its jobs.
 */
import { useState } from 'react';
import type { AgentId, JobId } from '../../protocol/ids.ts';
import { describeError } from '../connection/refusal.ts';
import { useServices } from '../services.tsx';
import type { AgentFields } from './agent-drafts.ts';

export interface Trial {
  readonly key: string;
  readonly question: string;
  /** Null while it is being enqueued. */
  readonly jobId: JobId | null;
  /** What was answered, once it is whole. */
  readonly answer: string | null;
}

export interface TryOut {
  readonly trials: readonly Trial[];
  /** Why the last question was not taken, in words for people. */
  readonly problem: string | null;
  ask(question: string): void;
  /** The answer to a question is whole: the next question will know it. */
  answered(key: string, answer: string): void;
  stop(jobId: JobId): void;
  /** Stops what runs and removes all of it. */
  clear(): void;
}

/** `agentId`: on whose limits it counts; null for an agent that is not saved. */
export function useTryOut(fields: AgentFields, agentId: AgentId | null): TryOut {
  const { client } = useServices();
  const [trials, setTrials] = useState<readonly Trial[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const patch = (key: string, over: Partial<Trial>) =>
    setTrials((all) => all.map((trial) => (trial.key === key ? { ...trial, ...over } : trial)));

  const said = (question: string) => [
    ...trials.flatMap((trial) =>
      trial.answer === null || trial.answer === ''
        ? []
        : [
            { role: 'user' as const, content: trial.question },
            { role: 'assistant' as const, content: trial.answer },
          ],
    ),
    { role: 'user' as const, content: question },
  ];

  return {
    trials,
    problem,
    ask(question) {
      const key = crypto.randomUUID();
      setProblem(null);
      setTrials((all) => [...all, { key, question, jobId: null, answer: null }]);
      client.jobs.enqueue
        .mutate({
          requestId: key,
          job: {
            name: 'try-out',
            model: fields.model,
            ...(fields.systemPrompt === '' ? {} : { system: fields.systemPrompt }),
            messages: said(question),
            params: fields.params,
            lane: 'high',
            maxAttempts: 1,
            ...(agentId === null ? {} : { agentId }),
          },
        })
        .then(
          ({ id }) => patch(key, { jobId: id }),
          (error: unknown) => {
            setTrials((all) => all.filter((trial) => trial.key !== key));
            setProblem(describeError(error));
          },
        );
    },
    answered: (key, answer) => patch(key, { answer }),
    stop(jobId) {
      client.jobs.cancel.mutate({ id: jobId }).catch((error: unknown) => setProblem(describeError(error)));
    },
    clear() {
      const ids = trials.flatMap(({ jobId }) => jobId ?? []);
      setTrials([]);
      setProblem(null);
      for (const id of ids) {
        // One that still runs is stopped first; one that cannot be removed goes with the other old jobs.
        client.jobs.cancel
          .mutate({ id })
          .catch(() => undefined)
          .then(() => client.jobs.remove.mutate({ id }))
          .catch((error: unknown) => console.warn('A try-out stays in the list of jobs for now.', error));
      }
    },
  };
}
