/** Projects. One that was removed is not seen until it is restored. */
import { and, asc, eq, isNull, lte } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { ProjectId } from '../../src/protocol/ids.ts';
import { projects, type ProjectRow } from '../chat.model.ts';

export function createProjectRepository(db: BetterSQLite3Database) {
  return {
    /** In the order of their creation. */
    projects: (): ProjectRow[] =>
      db.select().from(projects).where(isNull(projects.removedAt)).orderBy(asc(projects.id)).all(),
    project: (id: ProjectId): ProjectRow | undefined =>
      db
        .select()
        .from(projects)
        .where(and(eq(projects.id, id), isNull(projects.removedAt)))
        .get(),
    /** Also while it is only hidden. */
    projectEvenRemoved: (id: ProjectId): ProjectRow | undefined =>
      db.select().from(projects).where(eq(projects.id, id)).get(),
    insertProject(row: ProjectRow): void {
      db.insert(projects).values(row).run();
    },
    updateProject(id: ProjectId, change: Partial<Omit<ProjectRow, 'id'>>): void {
      db.update(projects).set(change).where(eq(projects.id, id)).run();
    },
    /** Those that were removed at `before` or earlier. */
    projectsToPurge: (before: number): ProjectId[] =>
      db
        .select({ id: projects.id })
        .from(projects)
        .where(lte(projects.removedAt, before))
        .all()
        .map(({ id }) => id),
    /** Throws while it has channels. */
    removeProject(id: ProjectId): void {
      db.delete(projects).where(eq(projects.id, id)).run();
    },
  };
}
