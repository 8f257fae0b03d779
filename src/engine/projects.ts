/** Projects and their channels: conversations in which several agents take part, one of them the lead. */
import type { ProjectRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId, ConversationId, ProjectId } from '../protocol/ids.ts';
import type { ProjectView } from '../protocol/projects.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import type { Goals } from './goals/goals.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import { hideConversation, showConversation } from './removal.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';
import type { TurnLoop } from './turn.ts';
import type { Ids } from './ulid.ts';
import type { Views } from './views.ts';
import { watchState } from './watch-state.ts';

export interface ProjectsOptions {
  store: Store;
  queue: LlmJobQueue;
  goals: Goals;
  turns: TurnLoop;
  topics: Topics;
  views: Views;
  ids: Ids;
}

export function createProjects(options: ProjectsOptions): EngineService['projects'] {
  const { store, queue, goals, turns, topics, views, ids } = options;
  const { chat } = store;

  const requireProject = (id: ProjectId): ProjectRow => {
    const row = chat.project(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', 'This project was removed, or never was.');
    return row;
  };
  const list = (): ProjectView[] => chat.projects().map(projectView);

  return {
    async create(input) {
      const [id] = await turns.call('projects.create', (turn) =>
        once(turn, store, 'projects.create', input, () => {
          const row = { id: ids.project(), name: input.name, createdAt: turn.at, archivedAt: null, removedAt: null };
          chat.insertProject(row);
          turn.ring('projects');
          return [row.id];
        }),
      );
      return projectView(requireProject(id as ProjectId));
    },
    list,
    update: ({ id, name, archived }) =>
      turns.call('projects.update', (turn) => {
        const row = requireProject(id);
        const next = {
          name: name ?? row.name,
          archivedAt: archived === undefined ? row.archivedAt : archived ? (row.archivedAt ?? turn.at) : null,
        };
        chat.updateProject(id, next);
        turn.ring('projects');
        return projectView({ ...row, ...next });
      }),
    remove: (id) =>
      turns.call('projects.remove', (turn) => {
        requireProject(id);
        for (const channel of chat.channels(id)) hideConversation(turn, { store, queue, goals }, channel, turn.at);
        chat.updateProject(id, { removedAt: turn.at });
        turn.ring('projects');
      }),
    restore: (id) =>
      turns.call('projects.restore', (turn) => {
        const row = chat.projectEvenRemoved(id);
        if (row === undefined) throw new EngineError('NOT_FOUND', 'This project is gone for good, or never was.');
        if (row.removedAt !== null) {
          for (const { id: channelId } of chat.channelsRemovedAt(id, row.removedAt)) {
            showConversation(turn, { store, goals }, channelId);
          }
          chat.updateProject(id, { removedAt: null });
          turn.ring('projects');
        }
        return projectView(row);
      }),
    async createChannel(input) {
      const [id] = await turns.call('projects.createChannel', (turn) =>
        once(turn, store, 'projects.createChannel', input, () => {
          requireProject(input.projectId);
          requireAgents(store, input.agentIds);
          const conversationId = ids.conversation();
          chat.insertConversation({
            id: conversationId,
            kind: 'channel',
            projectId: input.projectId,
            title: input.title,
            titled: true,
            agentId: input.leadId,
            preview: '',
            createdAt: turn.at,
            updatedAt: turn.at,
          });
          chat.setMembers(conversationId, input.agentIds, input.leadId);
          turn.ring('conversations', conversationId);
          return [conversationId];
        }),
      );
      const row = chat.conversation(id as ConversationId);
      if (row === undefined) {
        throw new EngineError('NOT_FOUND', 'This channel was created before, and was removed since.');
      }
      return views.conversation(row);
    },
    watch: (signal) => watchState(topics, 'projects', signal, list),
  };
}

/** Throws `NOT_FOUND` when one of them was removed. */
export function requireAgents(store: Store, agentIds: readonly AgentId[]): void {
  if (agentIds.every((id) => store.chat.agent(id) !== undefined)) return;
  throw new EngineError('NOT_FOUND', 'One of these agents was removed. Choose others.');
}

function projectView({ id, name, createdAt, archivedAt }: ProjectRow): ProjectView {
  return { id, name, createdAt, archivedAt };
}
