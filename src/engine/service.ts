/**
 * What the engine offers to the API. Calls that change something resolve after the commit: resolved means on disk.
 * All reject with `EngineError`.
 *
 * Watches are states, not queues: each yields the present first, then what changed since the last yield. A slow reader
 * skips intermediate states and never makes the engine hold more for it. They end when `signal` aborts.
 */
import type { z } from 'zod';
import type * as agents from '../protocol/agents.ts';
import type { AgentListView, AgentView } from '../protocol/agents.ts';
import type * as api from '../protocol/api.ts';
import type { BackupRef, DataView } from '../protocol/data.ts';
import type * as goals from '../protocol/goal-inputs.ts';
import type { GoalDetails, GoalEventView, GoalFile, GoalView, TaskView } from '../protocol/goal-views.ts';
import type { AgentId, ConversationId, GoalId, JobId, ProviderId, TaskId } from '../protocol/ids.ts';
import type * as inspection from '../protocol/inspection.ts';
import type { Failure } from '../protocol/job.ts';
import type * as network from '../protocol/network.ts';
import type { ModelEdit } from '../protocol/provider.ts';
import type * as providerApi from '../protocol/provider-api.ts';
import type { ProviderView } from '../protocol/provider-api.ts';
import type { ActorView, HealthView, JobUserEvent } from '../protocol/views.ts';
import type { ChatServices } from './chat-services.ts';
import type { JobServices } from './job-services.ts';

export interface EngineService extends ChatServices, JobServices {
  readonly goals: {
    /** The intention as a message, and the planner's job or the plan that came with it; once for each `requestId`. */
    start(input: z.infer<typeof goals.StartGoal>): Promise<GoalView>;
    /** The newest first. Goals of a removed conversation are shown nowhere until that is restored. */
    list(input: z.infer<typeof goals.ListGoals>): GoalView[];
    get(id: GoalId): GoalDetails;
    watch(id: GoalId, signal: AbortSignal): AsyncIterable<GoalDetails>;
    /** All that are under way and the newest that are at rest, the newest first. */
    watchAll(signal: AbortSignal): AsyncIterable<GoalView[]>;
    /** Those of a conversation, the oldest first. */
    watchConversation(id: ConversationId, signal: AbortSignal): AsyncIterable<GoalView[]>;
    /** Oldest first within the page; `more`: there are older ones. */
    timeline(input: z.infer<typeof goals.GoalTimeline>): { events: GoalEventView[]; more: boolean };
    /** Harmless for a plan that is carried out already; `CONFLICT` for another one than the one that is there. */
    approve(input: z.infer<typeof goals.ApproveGoal>): Promise<GoalView>;
    /** Plans anew with what is to change. Also after planning has failed. */
    replan(input: z.infer<typeof goals.ReplanGoal>): Promise<GoalView>;
    /** While the plan awaits approval; later a task that waits or has failed, else `CONFLICT`. */
    editTask(input: z.infer<typeof goals.EditTask>): Promise<TaskView>;
    addTask(input: z.infer<typeof goals.AddTask>): Promise<TaskView>;
    /** What depended on it does so no longer. */
    removeTask(id: TaskId): Promise<GoalView>;
    /** What runs goes on to its end, and nothing further starts. */
    pause(id: GoalId): Promise<GoalView>;
    /** Also one whose planning or delivery has failed: that is tried again. */
    resume(input: z.infer<typeof goals.ResumeGoal>): Promise<GoalView>;
    /** Aborts what runs. */
    cancel(id: GoalId): Promise<GoalView>;
    setOptions(input: z.infer<typeof goals.SetGoalOptions>): Promise<GoalView>;
    /** It and everything below it start again; a goal at rest is under way again. */
    retryTask(input: z.infer<typeof goals.RetryTask>): Promise<TaskView>;
    /** What depends on it goes on without its result, and is told of the gap. */
    skipTask(input: z.infer<typeof goals.SkipTask>): Promise<TaskView>;
    /** What it asked. */
    answerTask(input: z.infer<typeof goals.AnswerTask>): Promise<TaskView>;
    /** The deliverable as a file. `CONFLICT` before there is one. */
    download(input: z.infer<typeof goals.DownloadGoal>): GoalFile;
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
  readonly actors: {
    list(): string[];
    watch(id: string, signal: AbortSignal): AsyncIterable<ActorView>;
    send(id: string, event: { type: JobUserEvent }): Promise<void>;
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
}
