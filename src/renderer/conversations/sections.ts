/** Sorts conversations into the sections of the side bar. Pure. */
import type { ProjectView } from '../../protocol/projects.ts';
import type { ConversationView } from '../../protocol/views.ts';

export interface ProjectSection {
  readonly project: ProjectView;
  /** By name: a channel stays where one looks for it. */
  readonly channels: readonly ConversationView[];
}

export interface Sections {
  /** The one that was pinned first stands first. */
  readonly pinned: readonly ConversationView[];
  readonly projects: readonly ProjectSection[];
  /** Direct messages, and channels whose project is gone; the one that changed last first. */
  readonly direct: readonly ConversationView[];
  readonly archived: readonly ConversationView[];
  readonly archivedProjects: readonly ProjectView[];
}

const byTitle = (a: ConversationView, b: ConversationView) => a.title.localeCompare(b.title) || (a.id < b.id ? -1 : 1);

/** `conversations`: newest first. Each is in one section: archived goes before pinned, pinned before its project. */
export function sectionsOf(conversations: readonly ConversationView[], projects: readonly ProjectView[]): Sections {
  const inUse = projects.filter(({ archivedAt }) => archivedAt === null);
  const archivedProjects = projects.filter(({ archivedAt }) => archivedAt !== null);
  const known = new Map(projects.map((project) => [project.id, project]));
  const projectOf = ({ projectId }: ConversationView) => (projectId === null ? undefined : known.get(projectId));
  const isArchived = (one: ConversationView) =>
    one.archivedAt !== null || (projectOf(one)?.archivedAt ?? null) !== null;

  const archived = conversations.filter(isArchived);
  const shown = conversations.filter((one) => !isArchived(one));
  const pinned = shown
    .filter(({ pinnedAt }) => pinnedAt !== null)
    .toSorted((a, b) => (a.pinnedAt ?? 0) - (b.pinnedAt ?? 0));
  const rest = shown.filter(({ pinnedAt }) => pinnedAt === null);
  const channels = Map.groupBy(rest, (one) => projectOf(one)?.id);
  return {
    pinned,
    projects: inUse.map((project) => ({
      project,
      channels: (channels.get(project.id) ?? []).toSorted(byTitle),
    })),
    direct: channels.get(undefined) ?? [],
    archived,
    archivedProjects,
  };
}

/** As the side bar shows them from top to bottom, archived ones left out: for going to the next and the previous one. */
export function inOrder({ pinned, projects, direct }: Sections): ConversationView[] {
  return [...pinned, ...projects.flatMap(({ channels }) => channels), ...direct];
}
