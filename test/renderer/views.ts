/** Views as the service would send them, for tests of what the page makes of them. */
import { AgentId, ConversationId, JobId, MessageId } from '../../src/protocol/ids.ts';
import type { ConversationView, JobView, MessageView } from '../../src/protocol/views.ts';

/** The nth id of its kind: text order is the order of `n`. */
const ulid = (n: number) => n.toString().padStart(26, '0');
export const jobId = (n: number): JobId => JobId.parse(`job_${ulid(n)}`);
export const messageId = (n: number): MessageId => MessageId.parse(`msg_${ulid(n)}`);
export const agentId = (n: number): AgentId => AgentId.parse(`agent_${ulid(n)}`);
export const conversationId = (n: number): ConversationId => ConversationId.parse(`conv_${ulid(n)}`);

export function jobView(over: Partial<JobView> = {}): JobView {
  return {
    id: jobId(1),
    name: 'reply',
    state: 'waiting',
    phase: null,
    lane: 'high',
    provider: 'openai',
    model: 'openai/test',
    conversationId: conversationId(1),
    createdAt: 1_000,
    attemptsStarted: 0,
    attemptsMade: 0,
    maxAttempts: 3,
    stalledCounter: 0,
    runAt: null,
    processedOn: null,
    firstContentAt: null,
    finishedOn: null,
    fallbackModel: null,
    continues: null,
    goal: null,
    agentId: agentId(1),
    stoppedOn: null,
    processedBy: null,
    place: 0,
    heldUp: null,
    heldUpBy: null,
    heldUpUntil: null,
    pausedBy: null,
    expectedStartAt: null,
    agentLimit: null,
    failure: null,
    openDependencies: 0,
    heldByFailure: false,
    result: null,
    can: [],
    version: 1,
    ...over,
  };
}

export function conversationView(n: number, over: Partial<ConversationView> = {}): ConversationView {
  return {
    id: conversationId(n),
    kind: 'direct',
    title: `c${n}`,
    projectId: null,
    agentId: agentId(1),
    agentIds: [agentId(1)],
    model: null,
    createdAt: 0,
    updatedAt: 0,
    pinnedAt: null,
    archivedAt: null,
    openJobs: 0,
    answering: false,
    preview: '',
    unread: 0,
    arrival: null,
    ...over,
  };
}

export function question(id: number, job: number, over: Partial<MessageView> = {}): MessageView {
  return {
    id: messageId(id),
    conversationId: conversationId(1),
    role: 'user',
    text: `question ${id}`,
    thinking: null,
    status: 'complete',
    createdAt: id,
    position: messageId(id),
    parentId: null,
    hidden: false,
    versions: [messageId(id)],
    agentId: null,
    meta: null,
    jobId: jobId(job),
    jobs: [jobView({ id: jobId(job) })],
    attachments: [],
    goal: null,
    ...over,
  };
}

/** Of the question whose id has the number of its job. */
export function answer(id: number, job: number, over: Partial<MessageView> = {}): MessageView {
  return {
    ...question(id, job),
    role: 'assistant',
    text: `answer ${id}`,
    position: `${messageId(job)}~${jobId(job)}~${jobId(job)}`,
    parentId: messageId(job),
    agentId: agentId(1),
    jobs: [],
    ...over,
  };
}
