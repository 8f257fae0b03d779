/** What a task machine knows of its task, and what can happen to it. */

/** All of it lives in columns of `goal_tasks`; JSON values only. Times are epoch milliseconds. */
export interface TaskContext {
  /** What it depends on and what is neither accepted nor skipped. */
  openDependencies: number;
  /** How often a reviewer sent it back since it was started anew. */
  sendBacks: number;
  /** Answers in a row that could not be used, of its agent or of its reviewer. */
  tries: number;
  /** How often it was tried again by itself after a failure. */
  retries: number;
  /** What it asks the user. */
  question: string | null;
  /** Why the last answer could not be used, for the next try. */
  problem: string | null;
  /** Why results were sent back since it was started anew, the newest last. */
  reviewReasons: string[][];
  /** Why it failed, or was skipped. */
  failure: string | null;
  startedAt: number | null;
  endedAt: number | null;
}

export type TaskEvent =
  /** One of those it depends on was accepted or skipped. */
  | { type: 'DEPENDENCY_SETTLED'; at: number }
  /** What it depends on has changed: other tasks, or some of them start again. */
  | { type: 'DEPENDENCIES_SET'; at: number; open: number }
  /** An agent is given it. */
  | { type: 'START'; at: number }
  /** `review`: a reviewer looks at it before it is accepted. */
  | { type: 'RESULT'; at: number; review: boolean }
  | { type: 'ASK'; at: number; question: string }
  | { type: 'ANSWER'; at: number }
  /** It was split, and waits for its sub-tasks. */
  | { type: 'SPLIT'; at: number; children: number }
  /** An answer, of its agent or its reviewer, that cannot be used. */
  | { type: 'UNUSABLE'; at: number; reason: string }
  /** Its job, or its review's, has failed for good. `final`: trying again by itself makes no sense. */
  | { type: 'FAIL'; at: number; reason: string; final: boolean }
  /** Its job was taken back before anybody worked on it. */
  | { type: 'TAKE_BACK'; at: number }
  | { type: 'ACCEPT'; at: number }
  | { type: 'SEND_BACK'; at: number; reasons: string[]; maxSendBacks: number }
  | { type: 'RETRY'; at: number; open: number }
  | { type: 'SKIP'; at: number; reason: string }
  | { type: 'CANCEL'; at: number };

export type TaskEventType = TaskEvent['type'];

export const blankTask: TaskContext = {
  openDependencies: 0,
  sendBacks: 0,
  tries: 0,
  retries: 0,
  question: null,
  problem: null,
  reviewReasons: [],
  failure: null,
  startedAt: null,
  endedAt: null,
};
