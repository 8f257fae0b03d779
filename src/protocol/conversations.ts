/** Conversations beyond their messages: how they are organised, what each has of its own, drafts. Inputs and views. */
import { z } from 'zod';
import { AgentId, ConversationId, MessageId, ModelRef, ProjectId, RequestId } from './ids.ts';
import { Lane } from './job.ts';
import { ModelParams } from './request.ts';

/** The most agents that take part in one channel. */
export const maxMembers = 32;
const maxTextChars = 200_000;

/** What came last into a conversation by itself. */
export const ArrivalKind = z.enum(['answer', 'failure', 'plan', 'question', 'paused', 'delivered']);
export type ArrivalKind = z.infer<typeof ArrivalKind>;
export const ArrivalView = z.object({
  /** `plan`: one awaits approval. `question`: an agent asks. `paused`: a goal has reached a cap. `delivered`: its deliverable. */
  kind: ArrivalKind,
  /** The answer, or a goal's report; with the failure of an answer the question. */
  messageId: MessageId,
  agentId: AgentId,
  at: z.number(),
});
export type ArrivalView = z.infer<typeof ArrivalView>;

export const OrganizeConversation = z.object({
  id: ConversationId,
  pinned: z.boolean().optional(),
  /** An archived one is listed apart, and comes back when a message is sent in it. */
  archived: z.boolean().optional(),
});
/** `messageId`: the arrival that was seen; a newer one stays unread. */
export const MarkRead = z.object({ id: ConversationId, messageId: MessageId });

const Members = z.object({
  /** In the order in which they are listed. */
  agentIds: z
    .array(AgentId)
    .min(1, 'a channel needs at least one agent')
    .max(maxMembers)
    .refine((ids) => new Set(ids).size === ids.length, 'an agent takes part once'),
  /** One of them: answers what is addressed to nobody. */
  leadId: AgentId,
});
const leadTakesPart = ({ agentIds, leadId }: z.infer<typeof Members>): boolean => agentIds.includes(leadId);
const leadMessage = 'the lead is one of the agents that take part';

export const SetMembers = Members.extend({ id: ConversationId }).refine(leadTakesPart, leadMessage);
export const CreateChannel = Members.extend({
  requestId: RequestId,
  projectId: ProjectId,
  title: z.string().trim().min(1, 'a channel needs a name').max(200),
}).refine(leadTakesPart, leadMessage);

/** What a conversation has of its own; null: as its agent has it. */
export const ConversationSettings = z.object({
  /** `provider/model` */
  model: ModelRef.nullable(),
  lane: Lane.nullable(),
  /** Models that may answer instead when the provider is in trouble; an empty list: none may. */
  fallbacks: z.array(ModelRef).max(8).nullable(),
  systemPrompt: z.string().max(maxTextChars).nullable(),
  /** A parameter that is absent is the agent's. */
  params: ModelParams.nullable(),
});
export type ConversationSettings = z.infer<typeof ConversationSettings>;
/** What is absent stays as it is. */
export const SetConversationSettings = ConversationSettings.partial().extend({
  id: ConversationId,
  /** Another agent for a direct message; a channel's are set with its members. */
  agentId: AgentId.optional(),
});

export const SaveDraft = z.object({
  id: ConversationId,
  text: z.string().max(maxTextChars),
  /** Names the window that writes it, so that it does not take it for another's. */
  writer: z.string().min(1).max(100),
});
export const DraftView = z.object({
  text: z.string(),
  /** Empty where nothing was ever written. */
  writer: z.string(),
  updatedAt: z.number(),
});
export type DraftView = z.infer<typeof DraftView>;

/** One that was removed and can still be restored. */
export const RemovedConversation = z.object({
  id: ConversationId,
  title: z.string(),
  removedAt: z.number(),
  /** From then on it is purged: there is no way back. */
  purgeAt: z.number(),
});
export type RemovedConversation = z.infer<typeof RemovedConversation>;
