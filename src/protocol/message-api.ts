/** Inputs of the procedures for messages: versions, branches and the queue. */
import { z } from 'zod';
import { MessageText } from './api.ts';
import { ConversationId, MessageId, ModelRef, RequestId } from './ids.ts';
import { DemoOptions } from './request.ts';

export const MessageRef = z.object({ messageId: MessageId });
/** `messageId`: an answer. */
export const RegenerateAnswer = z.object({
  requestId: RequestId,
  messageId: MessageId,
  /** Absent: what its agent answers with now. */
  model: ModelRef.optional(),
  demo: DemoOptions.optional(),
});
/** `messageId`: a question. */
export const EditMessage = z.object({
  requestId: RequestId,
  messageId: MessageId,
  text: MessageText,
  demo: DemoOptions.optional(),
});
/** `messageId`: a question that nothing has begun to answer. */
export const EditQueuedMessage = z.object({ messageId: MessageId, text: MessageText });
export const ReorderQueuedMessages = z.object({
  conversationId: ConversationId,
  /** Exactly those that are queued, the next one first. */
  order: z.array(MessageId).min(1).max(10_000),
});
