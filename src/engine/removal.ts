/**
 * Removing with a way back: what is removed is hidden at once and its open jobs and goals are cancelled; for some minutes it can be
 * restored, then it is purged. The time of removal is in the rows, so a restart changes nothing about that.
 */
import type { ConversationRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import type { ConversationId, ProjectId } from '../protocol/ids.ts';
import { EngineError } from './errors.ts';
import type { Goals } from './goals/goals.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Clock, Log } from './ports.ts';
import type { EngineService } from './service.ts';
import type { Turn, TurnLoop } from './turn.ts';
import type { Views } from './views.ts';

/** For so long something removed can be restored. */
export const purgeAfterMs = 10 * 60_000;
const lookMs = 5_000;
/** Between two batches, so that a long conversation does not keep others from their turns. */
const restMs = 20;
/** Messages removed in one turn, with their attachments and what a search knows of them. */
const batchMessages = 200;

export interface RemovalOptions {
  store: Store;
  queue: LlmJobQueue;
  goals: Goals;
  turns: TurnLoop;
  views: Views;
}

type RemovalService = Pick<EngineService['conversations'], 'remove' | 'restore' | 'listRemoved' | 'purge'>;

export function createRemoval({ store, queue, goals, turns, views }: RemovalOptions): RemovalService {
  const { chat } = store;
  const requireRemoved = (id: ConversationId): ConversationRow => {
    const row = chat.conversationEvenRemoved(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', 'This conversation is gone for good, or never was.');
    return row;
  };
  return {
    remove: (id) =>
      turns.call('conversations.remove', (turn) => {
        const row = chat.conversation(id);
        if (row === undefined) throw new EngineError('NOT_FOUND', 'This conversation was removed, or never was.');
        hideConversation(turn, { store, queue, goals }, row, turn.at);
      }),
    restore: (id) =>
      turns.call('conversations.restore', (turn) => {
        const row = requireRemoved(id);
        if (row.removedAt === null) return views.conversation(row);
        const project = row.projectId === null ? undefined : chat.projectEvenRemoved(row.projectId);
        if (project !== undefined && project.removedAt !== null) {
          chat.updateProject(project.id, { removedAt: null });
          turn.ring('projects');
        }
        showConversation(turn, { store, goals }, id);
        return views.conversation({ ...row, removedAt: null });
      }),
    listRemoved: () =>
      chat.removedConversations().flatMap(({ id, title, removedAt }) => {
        // Purged already, but for the messages that are left.
        if (removedAt === null || removedAt === 0) return [];
        return [{ id, title, removedAt, purgeAt: removedAt + purgeAfterMs }];
      }),
    purge: (id) =>
      turns.call('conversations.purge', () => {
        const row = requireRemoved(id);
        if (row.removedAt === null) {
          throw new EngineError('CONFLICT', 'Only a conversation that was removed can be purged. Remove it first.');
        }
        // Due at once: its messages go in batches, like those of all others.
        chat.updateConversation(id, { removedAt: 0, projectId: null });
      }),
  };
}

/** Cancels its open jobs and goals, and nobody sees it any more. */
export function hideConversation(
  turn: Turn,
  { store, queue, goals }: { store: Store; queue: LlmJobQueue; goals: Goals },
  { id, titleJobId }: ConversationRow,
  removedAt: number,
): void {
  for (const jobId of store.jobs.openIdsOfGroup(id)) queue.cancel(turn, jobId);
  if (titleJobId !== null) queue.cancel(turn, titleJobId);
  goals.cancelAll(turn, id);
  store.chat.updateConversation(id, { removedAt });
  turn.ring(`conversation:${id}`);
  turn.ring('conversations', id);
}

export function showConversation(
  turn: Turn,
  { store, goals }: { store: Store; goals: Goals },
  id: ConversationId,
): void {
  store.chat.updateConversation(id, { removedAt: null });
  goals.shown(turn, id);
  turn.ring(`conversation:${id}`);
  turn.ring('conversations', id);
}

export interface PurgeOptions {
  store: Store;
  turns: TurnLoop;
  clock: Clock;
  log: Log;
}

/** The duty that ends what was removed, one batch of messages per turn. */
export class Purge {
  readonly #options: PurgeOptions;
  #cancel: (() => void) | undefined;

  constructor(options: PurgeOptions) {
    this.#options = options;
  }

  start(): void {
    this.#cancel = this.#options.clock.after(lookMs, () => this.#look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #next(delayMs: number): void {
    if (this.#cancel !== undefined) this.#cancel = this.#options.clock.after(delayMs, () => this.#look());
  }

  /** Looks without a turn: most of the time nothing is due, and a commit would be for nothing. */
  #look(): void {
    const { store, turns, clock, log } = this.#options;
    const before = clock.now() - purgeAfterMs;
    const conversation = store.chat.conversationToPurge(before);
    const projects = conversation === undefined ? store.chat.projectsToPurge(before) : [];
    if (conversation === undefined && projects.length === 0) {
      this.#next(lookMs);
      return;
    }
    const run = (turn: Turn): void => {
      if (conversation !== undefined) this.#purgeSome(conversation, before);
      for (const id of projects) this.#purgeProject(id, before);
      turn.after(() => this.#next(restMs));
    };
    turns.post('purge', run, (error) => {
      log('error', 'a removed conversation could not be purged', {
        error: error instanceof Error ? error.stack : String(error),
      });
      this.#next(lookMs);
    });
  }

  /** It may have been restored since it was found. */
  #purgeSome(id: ConversationId, before: number): void {
    const { chat } = this.#options.store;
    const removedAt = chat.conversationEvenRemoved(id)?.removedAt ?? null;
    if (removedAt === null || removedAt > before) return;
    // One goal in a turn, with all its tasks and results.
    const goalId = this.#options.store.goals.anyOfConversation(id);
    if (goalId !== undefined) this.#options.store.goals.remove(goalId);
    else if (chat.removeMessages(id, batchMessages) < batchMessages) chat.removeConversation(id);
  }

  #purgeProject(id: ProjectId, before: number): void {
    const { chat } = this.#options.store;
    const removedAt = chat.projectEvenRemoved(id)?.removedAt ?? null;
    if (removedAt === null || removedAt > before) return;
    // A channel that was removed by itself, later than its project's others, stays a while longer without it.
    chat.leaveProject(id);
    chat.removeProject(id);
  }
}
