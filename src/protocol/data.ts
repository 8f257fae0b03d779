/** The data folder as the settings show it: where it is, how large, its backups, and whether the database is sound. */
import { z } from 'zod';

/** As the host names them: when they were made, in UTC. */
export const BackupName = z.string().regex(/^nightshift-\d{8}-\d{6}-\d{3}\.db$/, 'this is not the name of a backup');
export const BackupFile = z.object({
  name: BackupName,
  /** On the machine that runs Nightshift. */
  path: z.string(),
  bytes: z.number(),
  /** Epoch ms. */
  at: z.number(),
});
export type BackupFile = z.infer<typeof BackupFile>;
export const BackupRef = z.object({ name: BackupName });

/** What reading every page of the database has found. */
export const IntegrityView = z.object({
  /** `unknown`: it has not been looked at since the start, or could not be. */
  state: z.enum(['unknown', 'checking', 'sound', 'damaged']),
  /** When it was last known, epoch ms. */
  at: z.number().nullable(),
  /** What is wrong, in SQLite's words; or why it could not be looked at. */
  problem: z.string().nullable(),
});
export type IntegrityView = z.infer<typeof IntegrityView>;

export const DataView = z.object({
  /** On the machine that runs Nightshift. */
  folder: z.string(),
  databaseBytes: z.number(),
  /** The log that is copied into the database by and by (SQLite's WAL). */
  logBytes: z.number(),
  /** On the disk that holds the folder; null where the system does not say. */
  freeBytes: z.number().nullable(),
  integrity: IntegrityView,
  /** Newest first. */
  backups: z.array(BackupFile),
  /** One is being made now. */
  backingUp: z.boolean(),
});
export type DataView = z.infer<typeof DataView>;
