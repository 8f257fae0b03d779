/**
 * Whether the disk takes writes again: a turn with nothing to write commits on a full disk too, and says nothing. Writes as
 * much as a message may take, commits it, and takes it away again.
 */
import type Database from 'better-sqlite3';

const key = 'storage.probe';
/** A quarter of the longest message (`maxMessageChars`); a disk that has room for less is as good as full. */
const probeChars = 50_000;

export function createWriteProbe(sqlite: Database.Database): () => void {
  const write = sqlite.prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)');
  const remove = sqlite.prepare('DELETE FROM settings WHERE key = ?');
  const text = JSON.stringify('x'.repeat(probeChars));
  return () => {
    write.run(key, text);
    remove.run(key);
  };
}
