/** Inputs of the API's procedures. Outputs are the views. */
import { z } from 'zod';
import { attachmentLimits } from './attachments.ts';
import { AgentId, AttachmentId, ConversationId, JobId, MessageId, ModelRef, ProviderId, RequestId } from './ids.ts';
import { Backoff, JobState, JobTimeouts, Lane, OnFailure } from './job.ts';
import { ProviderKind, ProviderTimeouts } from './provider.ts';
import { DemoOptions, ModelParams, TextMessage } from './request.ts';
import { JobCursor, JobUserEvent } from './views.ts';

/** Longest text of one message, in characters. */
export const maxMessageChars = 200_000;
export const MessageText = z
  .string()
  .max(maxMessageChars, `a message holds at most ${maxMessageChars.toLocaleString('en')} characters`)
  .refine((text) => text.trim() !== '', 'the message is empty');
/** Empty where something else is said with it. */
const MaybeMessageText = z
  .string()
  .max(maxMessageChars, `a message holds at most ${maxMessageChars.toLocaleString('en')} characters`);
const Title = z.string().trim().min(1, 'a title needs at least one character').max(200);

export const CreateConversation = z.object({
  requestId: RequestId,
  /** Absent: the default agent. */
  agentId: AgentId.optional(),
  title: Title.optional(),
});
export const ConversationRef = z.object({ id: ConversationId });
export const RenameConversation = z.object({ id: ConversationId, title: Title });
export const SendMessage = z
  .object({
    requestId: RequestId,
    conversationId: ConversationId,
    text: MaybeMessageText,
    /** Files that were handed over before, in the order in which they are shown. With one, the text may be empty. */
    attachments: z.array(AttachmentId).max(attachmentLimits.perMessage).optional(),
    /** Absent: the agent's lane. */
    lane: Lane.optional(),
    /** Absent: the agent's model. */
    model: ModelRef.optional(),
    demo: DemoOptions.optional(),
  })
  .refine(({ text, attachments = [] }) => text.trim() !== '' || attachments.length > 0, 'the message is empty');
/** `messageId`: the answer that the token limit has cut. */
export const ContinueAnswer = z.object({ requestId: RequestId, messageId: MessageId });
export const ListMessages = z.object({
  conversationId: ConversationId,
  /** Only messages older than this one. */
  before: MessageId.optional(),
  /** Only messages newer than this one, the oldest of them first. Of these three, one at most. */
  after: MessageId.optional(),
  /** This one, with half of the page before and half behind it. */
  around: MessageId.optional(),
  limit: z.number().int().min(1).max(200).default(50),
});

/** A job of its own, outside any conversation. */
export const JobSpec = z.object({
  name: z.string().min(1).max(200).default('prompt'),
  model: ModelRef,
  /** The agent on whose limits and statistics it counts. */
  agentId: AgentId.optional(),
  system: z.string().max(maxMessageChars).optional(),
  messages: z.array(TextMessage).min(1).max(1_000),
  params: ModelParams.default({}),
  demo: DemoOptions.optional(),
  lane: Lane.default('low'),
  /** Jobs of one group take turns with other groups. Absent: one group for all such jobs of the same name. */
  group: z.string().min(1).max(200).optional(),
  delayMs: z
    .number()
    .int()
    .min(0)
    .max(30 * 86_400_000)
    .default(0),
  maxAttempts: z.number().int().min(1).max(100).default(3),
  backoff: Backoff.optional(),
  timeouts: JobTimeouts.optional(),
  /** The results of these jobs are put before the messages, in this order. */
  dependsOn: z
    .array(z.object({ jobId: JobId, onFailure: OnFailure.default('fail') }))
    .max(1_000)
    .default([]),
  /** The job that waits for this one: it must be new or blocked, and is given a dependency on this job. */
  parentId: JobId.optional(),
});
export type JobSpec = z.infer<typeof JobSpec>;
export const EnqueueJob = z.object({ requestId: RequestId, job: JobSpec });
/** All or none. A job may depend on an earlier one of the same call as `{ "index": 0 }`. */
export const EnqueueJobs = z.object({
  requestId: RequestId,
  jobs: z
    .array(
      JobSpec.extend({
        dependsOnIndex: z
          .array(z.object({ index: z.number().int().min(0), onFailure: OnFailure.default('fail') }))
          .max(1_000)
          .default([]),
      }),
    )
    .min(1)
    .max(10_000),
});
export type BatchJobSpec = z.infer<typeof EnqueueJobs>['jobs'][number];
export const JobRef = z.object({ id: JobId });
export const ListJobs = z.object({
  state: JobState.optional(),
  lane: Lane.optional(),
  provider: ProviderId.optional(),
  conversationId: ConversationId.optional(),
  /** Only jobs older than this one. Newest first. */
  before: JobId.optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export const SetJobLane = z.object({ id: JobId, lane: Lane });
export const ListJobEvents = z.object({ id: JobId, limit: z.number().int().min(1).max(1_000).default(200) });
/** `lastEventId` is filled in by the tRPC client when it connects again. */
export const WatchJob = z.object({ id: JobId, lastEventId: JobCursor.optional() });

export const ResizePool = z
  .object({ min: z.number().int().min(1).max(64), max: z.number().int().min(1).max(64) })
  .refine((size) => size.min <= size.max, 'min must not be larger than max');
export const DrainWorker = z.object({ workerId: z.string() });

const HeaderName = z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'a header name has letters, digits and "-" only');
export const ProviderSpec = z.object({
  id: ProviderId,
  kind: ProviderKind,
  name: z.string().trim().min(1).max(100).optional(),
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'a base URL starts with http:// or https://' })
    .nullable()
    .optional(),
  /** Stored with the host's key storage; an empty text removes it. */
  apiKey: z.string().max(1_000).optional(),
  headers: z.record(HeaderName, z.string().max(2_000)).optional(),
  timeouts: ProviderTimeouts.partial().optional(),
  concurrency: z.number().int().min(1).max(10_000).nullable().optional(),
  /** Null: no limit but what the provider reports. */
  requestsPerMinute: z.number().int().min(1).max(10_000_000).nullable().optional(),
  tokensPerMinute: z.number().int().min(1).max(1_000_000_000).nullable().optional(),
});
export type ProviderSpec = z.infer<typeof ProviderSpec>;
export const ProviderRef = z.object({ id: ProviderId });

export const Settings = z.object({
  defaultAgentId: AgentId.nullable(),
  /** `new`: shown as long as there is no conversation. `asked`: shown because somebody asked for it. `done`: not shown. */
  welcome: z.enum(['new', 'asked', 'done']),
  poolMin: z.number().int().min(1).max(64),
  poolMax: z.number().int().min(1).max(64),
  slotsPerWorker: z.number().int().min(1).max(512),
  /** `FULL`: acknowledged means on disk even after a power cut. `NORMAL`: a power cut may take the last moments. */
  synchronous: z.enum(['FULL', 'NORMAL']),
  /** After the first answer a small job of the low lane asks the model that gave it for a title. */
  writeTitles: z.boolean(),
  /** Finished jobs are kept for so many days after their end, with their events and streamed text. */
  retainDays: z.number().int().min(1).max(3_650),
  /** And at most so many of them, the youngest. */
  retainJobs: z.number().int().min(100).max(10_000_000),
  /** What each answer took, in tokens. */
  retainUsageDays: z.number().int().min(1).max(3_650),
});
export type Settings = z.infer<typeof Settings>;
export const UpdateSettings = Settings.partial();

export const ActorRef = z.object({ id: z.string().max(200) });
export const SendToActor = z.object({ id: z.string().max(200), event: z.object({ type: JobUserEvent }) });
