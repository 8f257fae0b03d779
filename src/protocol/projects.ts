/** Projects: inputs and views. */
import { z } from 'zod';
import { ProjectId, RequestId } from './ids.ts';

const Name = z.string().trim().min(1, 'a project needs a name').max(200);

export const CreateProject = z.object({ requestId: RequestId, name: Name });
export const ProjectRef = z.object({ id: ProjectId });
export const UpdateProject = z.object({
  id: ProjectId,
  name: Name.optional(),
  /** An archived one is listed apart, with its channels. */
  archived: z.boolean().optional(),
});

export const ProjectView = z.object({
  id: ProjectId,
  name: z.string(),
  createdAt: z.number(),
  archivedAt: z.number().nullable(),
});
export type ProjectView = z.infer<typeof ProjectView>;
