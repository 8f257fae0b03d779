/** Conversations as the page sees them. The list of all is made with three reads, however many there are. */
import type { ConversationRow } from '../../db/chat.model.ts';
import type { OpenJobs } from '../../db/chat/conversation.repository.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId } from '../protocol/ids.ts';
import type { ConversationView } from '../protocol/views.ts';

const noJobs: OpenJobs = { count: 0, active: false };

export function conversationView(store: Store, row: ConversationRow): ConversationView {
  const open = store.jobs.openOfGroup(row.id);
  const count = open.reduce((sum, group) => sum + group.count, 0);
  const active = open.some(({ state }) => state === 'active');
  const members = row.kind === 'channel' ? store.chat.members(row.id).map(({ agentId }) => agentId) : [row.agentId];
  return view(row, { count, active }, members);
}

/** The one that changed last comes first. */
export function conversationViews(store: Store): ConversationView[] {
  const open = store.chat.openJobs();
  const members = store.chat.allMembers();
  return store.chat
    .conversations()
    .map((row) => view(row, open.get(row.id) ?? noJobs, members.get(row.id) ?? [row.agentId]));
}

function view(row: ConversationRow, open: OpenJobs, agentIds: AgentId[]): ConversationView {
  const { id, kind, title, projectId, agentId, model, createdAt, updatedAt, pinnedAt, archivedAt } = row;
  return {
    id,
    kind,
    title,
    projectId,
    agentId,
    agentIds,
    model,
    createdAt,
    updatedAt,
    pinnedAt,
    archivedAt,
    openJobs: open.count,
    answering: open.active,
    preview: row.preview,
    unread: row.unread,
    arrival: row.arrival,
  };
}
