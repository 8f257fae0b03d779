/**
 * Typed, sortable ids: a prefix that names the kind, then a ULID (26 characters of Crockford base32, the first 10 of
 * them the creation time in milliseconds). Text order is creation order.
 */
import { z } from 'zod';

const ulid = '[0-9A-HJKMNP-TV-Z]{26}';

function idSchema<const Prefix extends string>(prefix: Prefix) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_${ulid}$`), `expected an id like ${prefix}_01J9Z3…`)
    .brand<`${Prefix}Id`>();
}

export const JobId = idSchema('job');
export type JobId = z.infer<typeof JobId>;
export const ConversationId = idSchema('conv');
export type ConversationId = z.infer<typeof ConversationId>;
export const MessageId = idSchema('msg');
export type MessageId = z.infer<typeof MessageId>;
export const AgentId = idSchema('agent');
export type AgentId = z.infer<typeof AgentId>;
export const ProjectId = idSchema('prj');
export type ProjectId = z.infer<typeof ProjectId>;
export const AttachmentId = idSchema('att');
export type AttachmentId = z.infer<typeof AttachmentId>;
export const GoalId = idSchema('goal');
export type GoalId = z.infer<typeof GoalId>;
export const TaskId = idSchema('task');
export type TaskId = z.infer<typeof TaskId>;

/** Made by the client, once for each thing it wants created; sent again unchanged when the client is not sure. */
export const RequestId = z.string().min(8).max(100);

/** A provider's name in settings and in `provider/model`, e.g. `openai`, `demo`, `my-vllm`. */
export const ProviderId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use 1 to 40 of a-z, 0-9 and "-", starting with a letter or digit');
export type ProviderId = z.infer<typeof ProviderId>;

/** Workers are numbered from 1 within one run of the engine: `worker:3`. */
export const WorkerId = z.string().regex(/^worker:\d+$/);
export type WorkerId = z.infer<typeof WorkerId>;

/** `provider/model`; the model's own name may contain further slashes. */
export const ModelRef = z
  .string()
  .max(200)
  .regex(/^[a-z0-9][a-z0-9-]{0,39}\/\S.*$/, 'a model is named provider/model, for example openai/gpt-4.1 or demo/demo');

/** Splits a `ModelRef` at its first slash. */
export function splitModel(ref: string): { provider: ProviderId; model: string } {
  const slash = ref.indexOf('/');
  return { provider: ref.slice(0, slash), model: ref.slice(slash + 1) };
}
