/** The one door: page, CLI and tests reach the engine through this router, over any carrier. */
import { tracked } from '@trpc/server';
import { z } from 'zod';
import * as api from '../protocol/api.ts';
import * as files from '../protocol/conversation-file.ts';
import { JobId } from '../protocol/ids.ts';
import {
  ActorView,
  AgentView,
  ConversationEvent,
  ConversationListEvent,
  ConversationView,
  HealthView,
  JobEventView,
  JobView,
  JobWatchEvent,
  MessageView,
  PoolView,
  ProviderView,
} from '../protocol/views.ts';
import { procedure, router } from './trpc.ts';

const Done = z.object({ ok: z.literal(true) });
const done = { ok: true } as const;
/** A subscription always has a signal; the types do not know. */
const never = new AbortController().signal;

const conversations = router({
  create: procedure
    .meta({ summary: 'Starts a conversation with an agent.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.CreateConversation)
    .output(ConversationView)
    .mutation(({ ctx, input }) => ctx.engine.conversations.create(input)),
  list: procedure
    .meta({ summary: 'All conversations, the one that changed last first.' })
    .output(z.array(ConversationView))
    .query(({ ctx }) => ctx.engine.conversations.list()),
  get: procedure
    .meta({ summary: 'One conversation.', refusals: ['NOT_FOUND'] })
    .input(api.ConversationRef)
    .output(ConversationView)
    .query(({ ctx, input }) => ctx.engine.conversations.get(input.id)),
  rename: procedure
    .meta({ summary: 'Gives a conversation a new title.', refusals: ['NOT_FOUND'] })
    .input(api.RenameConversation)
    .output(ConversationView)
    .mutation(({ ctx, input }) => ctx.engine.conversations.rename(input.id, input.title)),
  remove: procedure
    .meta({ summary: 'Cancels its open jobs and removes the conversation with its messages.', refusals: ['NOT_FOUND'] })
    .input(api.ConversationRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.conversations.remove(input.id);
      return done;
    }),
  send: procedure
    .meta({
      summary: 'Writes a message; its answer is a job, queued behind the open ones of the conversation.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.SendMessage)
    .output(MessageView)
    .mutation(({ ctx, input }) => ctx.engine.conversations.send(input)),
  export: procedure
    .meta({
      summary: 'A conversation as a file: JSON, which can be imported again, or Markdown.',
      refusals: ['NOT_FOUND'],
    })
    .input(files.ExportConversation)
    .output(files.ExportedConversation)
    .query(({ ctx, input }) => ctx.engine.conversationFiles.export(input)),
  import: procedure
    .meta({
      summary: 'Makes a new conversation from an exported JSON file.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(files.ImportConversation)
    .output(ConversationView)
    .mutation(({ ctx, input }) => ctx.engine.conversationFiles.import(input)),
  watch: procedure
    .meta({
      summary: 'A conversation and the messages that change in it.',
      refusals: ['NOT_FOUND'],
      yields: ConversationEvent,
    })
    .input(api.ConversationRef)
    .subscription(({ ctx, input, signal }) => ctx.engine.conversations.watch(input.id, signal ?? never)),
  watchAll: procedure
    .meta({ summary: 'The list of conversations, then each change.', yields: ConversationListEvent })
    .subscription(({ ctx, signal }) => ctx.engine.conversations.watchAll(signal ?? never)),
});

const messages = router({
  continue: procedure
    .meta({
      summary: 'Goes on with an answer that the token limit has cut; the rest is joined to it.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.ContinueAnswer)
    .output(MessageView)
    .mutation(({ ctx, input }) => ctx.engine.messages.continue(input)),
  list: procedure
    .meta({
      summary: 'A page of messages, oldest first; `more` says that there are older ones.',
      refusals: ['NOT_FOUND'],
    })
    .input(api.ListMessages)
    .output(z.object({ messages: z.array(MessageView), more: z.boolean() }))
    .query(({ ctx, input }) => ctx.engine.messages.list(input)),
});

const jobs = router({
  enqueue: procedure
    .meta({ summary: 'Enqueues one job outside any conversation.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.EnqueueJob)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.enqueue(input)),
  enqueueMany: procedure
    .meta({
      summary: 'Enqueues up to 10,000 jobs in one transaction: all or none.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.EnqueueJobs)
    .output(z.array(JobId))
    .mutation(({ ctx, input }) => ctx.engine.jobs.enqueueMany(input)),
  get: procedure
    .meta({ summary: 'One job.', refusals: ['NOT_FOUND'] })
    .input(api.JobRef)
    .output(JobView)
    .query(({ ctx, input }) => ctx.engine.jobs.get(input.id)),
  list: procedure
    .meta({ summary: 'Jobs, newest first, by state, lane, provider or conversation.' })
    .input(api.ListJobs)
    .output(z.array(JobView))
    .query(({ ctx, input }) => ctx.engine.jobs.list(input)),
  cancel: procedure
    .meta({ summary: 'Stops a job; what it has streamed is kept.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.JobRef)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.send(input.id, 'CANCEL')),
  retry: procedure
    .meta({
      summary: 'Runs a failed or cancelled job again, and re-opens what failed because of it.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.JobRef)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.send(input.id, 'RETRY')),
  skip: procedure
    .meta({
      summary: 'Gives up a failed job, so that what is held behind it goes on.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.JobRef)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.send(input.id, 'SKIP')),
  promote: procedure
    .meta({ summary: 'Makes a delayed job due now.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.JobRef)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.send(input.id, 'PROMOTE')),
  setLane: procedure
    .meta({
      summary: 'Moves a job that has not started to another lane, at the end of its group there.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.SetJobLane)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.setLane(input.id, input.lane)),
  events: procedure
    .meta({ summary: "A job's timeline, oldest first.", refusals: ['NOT_FOUND'] })
    .input(api.ListJobEvents)
    .output(z.array(JobEventView))
    .query(({ ctx, input }) => ctx.engine.jobs.events(input.id, input.limit)),
  watch: procedure
    .meta({
      summary: 'A job and its answer as it streams; resumes after `lastEventId`.',
      refusals: ['NOT_FOUND'],
      yields: JobWatchEvent,
    })
    .input(api.WatchJob)
    .subscription(async function* ({ ctx, input, signal }) {
      const events = ctx.engine.jobs.watch(input.id, input.lastEventId, signal ?? never);
      for await (const { cursor, event } of events) yield tracked(cursor, event);
    }),
});

const pool = router({
  get: procedure
    .meta({ summary: 'Workers, slots and the counts of every lane.' })
    .output(PoolView)
    .query(({ ctx }) => ctx.engine.pool.get()),
  watch: procedure
    .meta({ summary: 'The pool, at most four times a second.', yields: PoolView })
    .subscription(({ ctx, signal }) => ctx.engine.pool.watch(signal ?? never)),
  resize: procedure
    .meta({ summary: 'Sets the smallest and the largest number of workers.' })
    .input(api.ResizePool)
    .output(PoolView)
    .mutation(({ ctx, input }) => ctx.engine.pool.resize(input)),
  drain: procedure
    .meta({
      summary: 'Lets one worker finish what it runs, stops it, and replaces it as the load asks.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.DrainWorker)
    .output(PoolView)
    .mutation(({ ctx, input }) => ctx.engine.pool.drain(input.workerId)),
});

const agents = router({
  list: procedure
    .meta({ summary: 'All agents.' })
    .output(z.array(AgentView))
    .query(({ ctx }) => ctx.engine.agents.list()),
  get: procedure
    .meta({ summary: 'One agent.', refusals: ['NOT_FOUND'] })
    .input(api.AgentRef)
    .output(AgentView)
    .query(({ ctx, input }) => ctx.engine.agents.get(input.id)),
  create: procedure
    .meta({ summary: 'Creates an agent.', refusals: ['CONFLICT'] })
    .input(api.CreateAgent)
    .output(AgentView)
    .mutation(({ ctx, input }) => ctx.engine.agents.create(input)),
  update: procedure
    .meta({ summary: 'Changes an agent; jobs that were not yet claimed follow.', refusals: ['NOT_FOUND'] })
    .input(api.UpdateAgent)
    .output(AgentView)
    .mutation(({ ctx, input }) => ctx.engine.agents.update(input)),
  remove: procedure
    .meta({
      summary: 'Removes an agent; its conversations go on with the default agent.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.AgentRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.agents.remove(input.id);
      return done;
    }),
});

const providers = router({
  list: procedure
    .meta({ summary: 'All providers with their state; never their keys.' })
    .output(z.array(ProviderView))
    .query(({ ctx }) => ctx.engine.providers.list()),
  test: procedure
    .meta({ summary: 'Makes a real call from a worker and says what came back.', refusals: ['NOT_FOUND'] })
    .input(api.ProviderRef)
    .output(z.object({ ok: z.boolean(), message: z.string(), models: z.array(z.string()) }))
    .mutation(({ ctx, input }) => ctx.engine.providers.test(input.id)),
  set: procedure
    .meta({
      summary: 'Creates or changes a provider. A key goes to the key storage of the host, never to the database.',
      refusals: ['CONFLICT'],
    })
    .input(api.ProviderSpec)
    .output(ProviderView)
    .mutation(({ ctx, input }) => ctx.engine.providers.set(input)),
  remove: procedure
    .meta({ summary: 'Removes a provider that is not built in, with its key.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.ProviderRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.providers.remove(input.id);
      return done;
    }),
});

const settings = router({
  get: procedure
    .meta({ summary: 'All settings.' })
    .output(api.Settings)
    .query(({ ctx }) => ctx.engine.settings.get()),
  update: procedure
    .meta({ summary: 'Changes some settings.', refusals: ['NOT_FOUND'] })
    .input(api.UpdateSettings)
    .output(api.Settings)
    .mutation(({ ctx, input }) => ctx.engine.settings.update(input)),
});

const system = router({
  health: procedure
    .meta({ summary: 'How the service is; the same as `/healthz`.' })
    .output(HealthView)
    .query(({ ctx }) => ctx.engine.system.health()),
  watchHealth: procedure
    .meta({ summary: 'How the service is, then each change.', yields: HealthView })
    .subscription(({ ctx, signal }) => ctx.engine.system.watchHealth(signal ?? never)),
});

const actors = router({
  list: procedure
    .meta({ summary: 'Ids of the actors that are live now.' })
    .output(z.array(z.string()))
    .query(({ ctx }) => ctx.engine.actors.list()),
  watch: procedure
    .meta({ summary: "An actor's public snapshot, then each change.", refusals: ['NOT_FOUND'], yields: ActorView })
    .input(api.ActorRef)
    .subscription(({ ctx, input, signal }) => ctx.engine.actors.watch(input.id, signal ?? never)),
  send: procedure
    .meta({ summary: 'Sends an actor one of the events that a user may send.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.SendToActor)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.actors.send(input.id, input.event);
      return done;
    }),
});

export const appRouter = router({ conversations, messages, jobs, pool, agents, providers, settings, system, actors });
export type AppRouter = typeof appRouter;
