/**
 * What the engine offers to the API. Calls that change something resolve after the commit: resolved means on disk.
 * All reject with `EngineError`.
 *
 * Watches are states, not queues: each yields the present first, then what changed since the last yield. A slow reader
 * skips intermediate states and never makes the engine hold more for it. They end when `signal` aborts.
 */
import type { z } from 'zod';
import type * as agents from '../protocol/agents.ts';
import type * as api from '../protocol/api.ts';
import type * as talks from '../protocol/conversations.ts';
import type * as attachments from '../protocol/attachments.ts';
import type * as files from '../protocol/conversation-file.ts';
import type * as messageApi from '../protocol/message-api.ts';
import type { BackupRef, DataView } from '../protocol/data.ts';
import type {
  AgentId,
  AttachmentId,
  ConversationId,
  GoalId,
  JobId,
  MessageId,
  ProjectId,
  ProviderId,
  TaskId,
} from '../protocol/ids.ts';
import type * as goals from '../protocol/goals.ts';
import type * as inspection from '../protocol/inspection.ts';
import type { Failure, Lane } from '../protocol/job.ts';
import type * as queue from '../protocol/queue.ts';
import type * as network from '../protocol/network.ts';
import type { ModelEdit } from '../protocol/provider.ts';
import type * as projects from '../protocol/projects.ts';
import type { ProjectView } from '../protocol/projects.ts';
import type * as providerApi from '../protocol/provider-api.ts';
import type { SearchMessages, SearchResult } from '../protocol/search.ts';
import type { PoolHistory, PoolView, RestartWorker } from '../protocol/pool.ts';
import type * as details from '../protocol/job-details.ts';
import type { StatisticsRange, StatisticsView } from '../protocol/statistics.ts';
import type { AgentListView, AgentView } from '../protocol/agents.ts';
import type { ProviderView } from '../protocol/provider-api.ts';
import type {
  ActorView,
  ConversationEvent,
  ConversationListEvent,
  ConversationView,
  HealthView,
  JobEventView,
  JobUserEvent,
  JobView,
  JobWatchEvent,
  MessageView,
} from '../protocol/views.ts';
import type { AttachmentSource } from './attachments.ts';

export interface EngineService {
  readonly conversations: {
    create(input: z.infer<typeof api.CreateConversation>): Promise<ConversationView>;
    list(): ConversationView[];
    get(id: ConversationId): ConversationView;
    rename(id: ConversationId, title: string): Promise<ConversationView>;
    /** Pins it, archives it, or takes that back. */
    organize(input: z.infer<typeof talks.OrganizeConversation>): Promise<ConversationView>;
    /** Nothing happens when something newer than `messageId` has arrived. */
    markRead(input: z.infer<typeof talks.MarkRead>): Promise<ConversationView>;
    /** Who takes part in a channel; `CONFLICT` for a direct message. */
    setMembers(input: z.infer<typeof talks.SetMembers>): Promise<ConversationView>;
    /** What it has of its own. */
    settings(id: ConversationId): talks.ConversationSettings;
    setSettings(input: z.infer<typeof talks.SetConversationSettings>): Promise<talks.ConversationSettings>;
    saveDraft(input: z.infer<typeof talks.SaveDraft>): Promise<talks.DraftView>;
    watchDraft(id: ConversationId, signal: AbortSignal): AsyncIterable<talks.DraftView>;
    /** Cancels its open jobs and hides it; for some minutes it can be restored, then it is purged. */
    remove(id: ConversationId): Promise<void>;
    /** `NOT_FOUND` once it was purged. With its project, where that was removed too. */
    restore(id: ConversationId): Promise<ConversationView>;
    listRemoved(): talks.RemovedConversation[];
    /** Ends one that was removed now, with no way back. */
    purge(id: ConversationId): Promise<void>;
    /** One message and its job, chained behind the conversation's jobs that are still open. */
    send(input: z.infer<typeof api.SendMessage>): Promise<MessageView>;
    watch(id: ConversationId, signal: AbortSignal): AsyncIterable<ConversationEvent>;
    watchAll(signal: AbortSignal): AsyncIterable<ConversationListEvent>;
  };
  readonly projects: {
    create(input: z.infer<typeof projects.CreateProject>): Promise<ProjectView>;
    list(): ProjectView[];
    update(input: z.infer<typeof projects.UpdateProject>): Promise<ProjectView>;
    /** With its channels, whose open jobs are cancelled; for some minutes it can be restored, then it is purged. */
    remove(id: ProjectId): Promise<void>;
    /** With the channels that were removed along with it. */
    restore(id: ProjectId): Promise<ProjectView>;
    createChannel(input: z.infer<typeof talks.CreateChannel>): Promise<ConversationView>;
    watch(signal: AbortSignal): AsyncIterable<ProjectView[]>;
  };
  readonly conversationFiles: {
    /** All of a conversation as it is now. */
    export(input: z.infer<typeof files.ExportConversation>): Promise<files.ExportedConversation>;
    /** As a new conversation, with new ids: all of it or nothing. */
    import(input: z.infer<typeof files.ImportConversation>): Promise<ConversationView>;
  };
  readonly messages: {
    /** Of the shown path, oldest first within the page; `more`: there are older ones. */
    list(input: z.infer<typeof api.ListMessages>): { messages: MessageView[]; more: boolean; moreNewer: boolean };
    get(id: MessageId): MessageView;
    /** A job that goes on where the token limit has cut an answer; its text is joined to that answer. Returns the question. */
    continue(input: z.infer<typeof api.ContinueAnswer>): Promise<MessageView>;
    /** Another version of an answer. Returns the question. */
    regenerate(input: z.infer<typeof messageApi.RegenerateAnswer>): Promise<MessageView>;
    /** A question with another text, beside the old one, which is kept as a branch. */
    edit(input: z.infer<typeof messageApi.EditMessage>): Promise<MessageView>;
    /** Of all versions and branches this message is shown. */
    show(id: MessageId): Promise<MessageView>;
    /** These four: as long as nothing of the question has begun; else `CONFLICT`. */
    editQueued(input: z.infer<typeof messageApi.EditQueuedMessage>): Promise<MessageView>;
    removeQueued(id: MessageId): Promise<void>;
    reorderQueued(input: z.infer<typeof messageApi.ReorderQueuedMessages>): Promise<MessageView[]>;
    /** Stops what the question waits for, so that it is answered next, with what is there of the answer before it. */
    sendNow(id: MessageId): Promise<MessageView>;
  };
  readonly goals: {
    /** The intention as a message, and the planner's job or the plan that came with it; once for each `requestId`. */
    start(input: z.infer<typeof goals.StartGoal>): Promise<goals.GoalView>;
    /** The newest first. */
    list(input: z.infer<typeof goals.ListGoals>): goals.GoalView[];
    get(id: GoalId): goals.GoalDetails;
    watch(id: GoalId, signal: AbortSignal): AsyncIterable<goals.GoalDetails>;
    /** All that are under way and the newest that are at rest, the newest first. */
    watchAll(signal: AbortSignal): AsyncIterable<goals.GoalView[]>;
    /** Those of a conversation, the oldest first. */
    watchConversation(id: ConversationId, signal: AbortSignal): AsyncIterable<goals.GoalView[]>;
    /** Oldest first within the page; `more`: there are older ones. */
    timeline(input: z.infer<typeof goals.GoalTimeline>): { events: goals.GoalEventView[]; more: boolean };
    /** `CONFLICT` unless its plan awaits that. */
    approve(id: GoalId): Promise<goals.GoalView>;
    /** Plans anew with what is to change. Also after planning has failed. */
    replan(input: z.infer<typeof goals.ReplanGoal>): Promise<goals.GoalView>;
    /** While the plan awaits approval; later a task that waits or has failed, else `CONFLICT`. */
    editTask(input: z.infer<typeof goals.EditTask>): Promise<goals.TaskView>;
    addTask(input: z.infer<typeof goals.AddTask>): Promise<goals.TaskView>;
    /** What depended on it does so no longer. */
    removeTask(id: TaskId): Promise<goals.GoalView>;
    /** What runs goes on to its end, and nothing further starts. */
    pause(id: GoalId): Promise<goals.GoalView>;
    /** Also one whose planning or delivery has failed: that is tried again. */
    resume(input: z.infer<typeof goals.ResumeGoal>): Promise<goals.GoalView>;
    /** Aborts what runs. */
    cancel(id: GoalId): Promise<goals.GoalView>;
    setOptions(input: z.infer<typeof goals.SetGoalOptions>): Promise<goals.GoalView>;
    /** It and everything below it start again; a goal at rest is under way again. */
    retryTask(input: z.infer<typeof goals.RetryTask>): Promise<goals.TaskView>;
    /** What depends on it goes on without its result, and is told of the gap. */
    skipTask(input: z.infer<typeof goals.SkipTask>): Promise<goals.TaskView>;
    /** What it asked. */
    answerTask(input: z.infer<typeof goals.AnswerTask>): Promise<goals.TaskView>;
    /** The deliverable as a file. `CONFLICT` before there is one. */
    download(input: z.infer<typeof goals.DownloadGoal>): goals.GoalFile;
  };
  readonly jobs: {
    enqueue(input: z.infer<typeof api.EnqueueJob>): Promise<JobView>;
    /** All in one transaction; returns the ids in the order of the specs. */
    enqueueMany(input: z.infer<typeof api.EnqueueJobs>): Promise<JobId[]>;
    get(id: JobId): JobView;
    /** Sees all that was committed before the call. */
    list(input: z.infer<typeof api.ListJobs>): Promise<JobView[]>;
    /** CANCEL, RETRY, PROMOTE or SKIP; `CONFLICT` when the job's machine does not accept it now. */
    send(id: JobId, event: JobUserEvent): Promise<JobView>;
    setLane(id: JobId, lane: Lane): Promise<JobView>;
    /** One at rest that belongs to no conversation, with its events and its answer; what it took stays in the statistics. */
    remove(id: JobId): Promise<void>;
    events(id: JobId, limit: number): JobEventView[];
    watch(
      id: JobId,
      cursor: string | undefined,
      signal: AbortSignal,
    ): AsyncIterable<{ cursor: string; event: JobWatchEvent }>;
  };
  readonly queue: {
    get(): queue.QueueView;
    watch(signal: AbortSignal): AsyncIterable<queue.QueueView>;
    /** A photograph of the jobs that fit now. */
    openList(filter: queue.JobListFilter): Promise<queue.JobListView>;
    /** By place. `NOT_FOUND` when the list is kept no longer. */
    lines(input: z.infer<typeof queue.ReadJobList>): Promise<queue.JobLines>;
    news(listId: queue.JobListId): Promise<queue.JobListNews>;
    /** Resolves when it has begun; `watch` shows how far it is. */
    startBulk(input: z.infer<typeof queue.StartBulk>): Promise<queue.BulkView>;
    stopBulk(): queue.BulkView | null;
    /** These four do nothing when it is so already. */
    pauseLane(lane: Lane): Promise<queue.QueueView>;
    resumeLane(lane: Lane): Promise<queue.QueueView>;
    pauseProvider(id: ProviderId): Promise<queue.QueueView>;
    resumeProvider(id: ProviderId): Promise<queue.QueueView>;
  };
  readonly pool: {
    get(): PoolView;
    watch(signal: AbortSignal): AsyncIterable<PoolView>;
    resize(size: { min: number; max: number }): Promise<PoolView>;
    /** The worker finishes what it runs, stops, and is replaced as the load asks. */
    drain(workerId: string): Promise<PoolView>;
    /** `when-done`: a successor starts, and it finishes what it runs. `now`: what it runs goes back to the queue. */
    restart(input: z.infer<typeof RestartWorker>): Promise<PoolView>;
    /** The workers' figures of the last minutes, and what happened to the pool since the start. */
    history(): PoolHistory;
  };
  readonly jobDetails: {
    get(id: JobId): details.JobDetails;
    /** Built now, from the rows as they are. */
    request(id: JobId): details.JobRequestView;
    graph(input: z.infer<typeof details.GetJobGraph>): details.JobGraph;
    /** Of any id: of one that never was there is nothing. */
    remains(id: JobId): details.JobRemains;
  };
  readonly statistics: {
    /** Up to now. Read beside the engine's thread. */
    get(range: StatisticsRange): Promise<StatisticsView>;
    watch(range: StatisticsRange, signal: AbortSignal): AsyncIterable<StatisticsView>;
  };
  readonly agents: {
    list(): AgentView[];
    get(id: AgentId): AgentView;
    create(input: z.infer<typeof agents.CreateAgent>): Promise<AgentView>;
    update(input: z.infer<typeof agents.UpdateAgent>): Promise<AgentView>;
    /** Its conversations go on with the default agent. The default agent cannot be removed. */
    remove(id: AgentId): Promise<void>;
    export(input: z.infer<typeof agents.ExportAgents>): agents.ExportedAgents;
    /** As new agents, with new ids: all of the file or none. */
    import(input: z.infer<typeof agents.ImportAgents>): Promise<AgentView[]>;
    watch(signal: AbortSignal): AsyncIterable<AgentListView>;
  };
  readonly providers: {
    list(): ProviderView[];
    watch(signal: AbortSignal): AsyncIterable<ProviderView[]>;
    /** A real call from a worker: lists the models and keeps the list, or says what is wrong. */
    test(id: ProviderId): Promise<{ ok: boolean; message: string; failure: Failure | null; models: string[] }>;
    /** The same for settings that are not kept (yet). */
    tryOut(draft: providerApi.TryProvider): Promise<providerApi.ProviderTrial>;
    /** Programs that serve models on this machine, at their usual ports; looked for by a worker, and nowhere else. */
    findLocal(): Promise<providerApi.FoundServer[]>;
    /** Creates or changes one; new settings also clear `misconfigured` and a running pause. */
    set(input: z.infer<typeof api.ProviderSpec>): Promise<ProviderView>;
    uses(id: ProviderId): providerApi.ProviderUses;
    remove(id: ProviderId): Promise<void>;
    /** With where each figure is from. */
    models(id: ProviderId): providerApi.ModelDetail[];
    /** Replaces what was set for the model before; it outlives the provider's list. */
    editModel(id: ProviderId, edit: ModelEdit): Promise<providerApi.ModelDetail[]>;
    forgetModel(id: ProviderId, model: string): Promise<providerApi.ModelDetail[]>;
  };
  /** Files that go with messages. */
  readonly attachments: {
    begin(input: z.infer<typeof attachments.BeginAttachment>): Promise<attachments.AttachmentView>;
    append(input: z.infer<typeof attachments.AppendAttachment>): Promise<attachments.AttachmentView>;
    describe(input: z.infer<typeof attachments.AttachmentText>): Promise<attachments.AttachmentView>;
    get(id: AttachmentId): attachments.AttachmentView;
    list(ids: readonly AttachmentId[]): attachments.AttachmentView[];
    text(id: AttachmentId): { text: string };
    remove(id: AttachmentId): Promise<void>;
    /** The bytes, for the host's address of it; undefined when there is no such file, or not all of it. */
    open(id: AttachmentId): AttachmentSource | undefined;
  };
  readonly search: {
    /** Sees all that was committed before the call. */
    messages(input: SearchMessages): Promise<SearchResult>;
  };
  readonly network: {
    get(): network.NetworkView;
    /** Both: the present workers take no more jobs and are replaced. */
    setProxy(input: network.SetProxy): Promise<network.NetworkView>;
    setAuthorities(input: network.SetAuthorities): Promise<network.NetworkView>;
  };
  readonly data: {
    get(): Promise<DataView>;
    /** Resolves when the copy is whole and checked; asked for twice at once, one is made. */
    backUp(): Promise<DataView>;
    removeBackup(input: z.infer<typeof BackupRef>): Promise<DataView>;
    /** Resolves when every page was read. */
    check(): Promise<DataView>;
  };
  readonly settings: {
    get(): api.Settings;
    update(input: z.infer<typeof api.UpdateSettings>): Promise<api.Settings>;
  };
  readonly system: {
    health(): HealthView;
    watchHealth(signal: AbortSignal): AsyncIterable<HealthView>;
  };
  readonly inspector: {
    machines(): inspection.MachineGraph[];
    actors(signal: AbortSignal): AsyncIterable<inspection.InspectedActors>;
    /** Not a state: each event once, or `missed`. */
    watch(
      input: z.infer<typeof inspection.WatchFeed>,
      signal: AbortSignal,
    ): AsyncIterable<{ cursor: string; batch: inspection.FeedBatch }>;
    replay(id: JobId): Promise<inspection.Replay>;
    /** Each step once. Ends when the actor does. */
    follow(
      input: z.infer<typeof inspection.FollowActor>,
      signal: AbortSignal,
    ): AsyncIterable<{ cursor: string; followed: inspection.Followed }>;
  };
  readonly actors: {
    list(): string[];
    watch(id: string, signal: AbortSignal): AsyncIterable<ActorView>;
    send(id: string, event: { type: JobUserEvent }): Promise<void>;
  };
}
