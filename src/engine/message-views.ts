/** A message as the page sees it: with its versions, and a question with what works on it. */
import type { MessageRow } from '../../db/chat.model.ts';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId, JobId } from '../protocol/ids.ts';
import type { MessageView } from '../protocol/views.ts';
import { attachmentsOf } from './attachments.ts';

/** `jobs`: those of a question, as `newestJobs` finds them; of an answer none. */
export function messageView(store: Store, row: MessageRow, jobs: MessageView['jobs']): MessageView {
  return {
    id: row.id,
    conversationId: row.conversationId,
    role: row.role,
    text: row.text,
    thinking: row.thinking,
    status: row.status,
    createdAt: row.createdAt,
    position: row.position,
    parentId: row.parentId,
    hidden: row.hidden !== 0,
    versions: row.goal === null ? store.chat.versionsOf(row) : [row.id],
    agentId: row.agentId,
    meta: row.meta,
    jobId: row.jobId,
    jobs,
    attachments: attachmentsOf(store, row),
    goal: row.goal,
  };
}

/** Of each agent that was asked the newest job, as far as it is kept, in the order in which they were asked first. */
export function newestJobs(
  store: Store,
  questionId: MessageRow['id'],
  rowOf: (id: JobId) => JobRow | undefined,
): JobRow[] {
  const newest = new Map<AgentId, JobId>();
  for (const { agentId, jobId } of store.chat.jobsOfMessage(questionId)) newest.set(agentId, jobId);
  return [...newest.values()].flatMap((jobId) => rowOf(jobId) ?? []);
}
