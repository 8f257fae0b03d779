/** Conversations out of a database that may be in use, by a connection of one's own that only reads. */
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { ExportedConversation, ExportFormat } from '../src/protocol/conversation-file.ts';
import type { ConversationId } from '../src/protocol/ids.ts';
import { applicationId } from './application-id.ts';
import { conversationIds, exportConversation } from './chat/export-conversation.ts';
import { startRefusal } from './storage-fault.ts';
import { StoreError } from './store-error.ts';

/** All of them, or the one asked for; one at a time is in memory. Throws `StoreError`. */
export function* exportAll(
  file: string,
  format: ExportFormat,
  only: ConversationId | undefined,
): Generator<ExportedConversation> {
  if (!existsSync(file))
    throw new StoreError('not-a-database', `There is no database ${file}. Name its folder with --data.`);
  const sqlite = new Database(file, { readonly: true, fileMustExist: true });
  try {
    if (sqlite.pragma('application_id', { simple: true }) !== applicationId) {
      throw new StoreError('not-a-database', `${file} is not a database of Nightshift's.`);
    }
    const db = drizzle(sqlite, { casing: 'snake_case' });
    for (const id of only === undefined ? conversationIds(db) : [only]) {
      const exported = exportConversation(db, id, format);
      if (exported !== undefined) yield exported;
    }
  } catch (error) {
    throw startRefusal(error, file);
  } finally {
    sqlite.close();
  }
}
