/**
 * Full-text search over messages and titles (migration `search` makes the index and keeps it). It runs in the side thread.
 *
 * Ranking every hit of a common word would take long, so the newest matches are ranked, by how well they match (bm25) and by
 * their age; of a word that is in most documents anyway, by their age alone. What is found and not to be seen any more (other versions of an answer, removed conversations) is left out here,
 * where it is read, and not in the index: showing it again must not write it anew.
 */
import type Database from 'better-sqlite3';
import type { ConversationId, MessageId } from '../src/protocol/ids.ts';
import {
  hitsPerConversation,
  type ConversationHits,
  type SearchHit,
  type SearchMessages,
  type SearchResult,
  type TextPiece,
} from '../src/protocol/search.ts';
import { toFtsQuery } from './search-query.ts';

/** So many of the newest matches are ranked: 5 to 10 ms. */
const maxRanked = 2_000;
/** A hit of today counts double; after so long the bonus is half of that. */
const recencyHalfMs = 30 * 86_400_000;
/** A word in a title says more than one in a message. */
const titleWeight = 3;
/** Around a hit, in words. */
const snippetWords = 28;
/** Marks that no text holds; what does hold them is cut in odd places, and nothing worse. */
const hitStart = '\u{2}';
const hitEnd = '\u{3}';

interface Found {
  readonly documentId: number;
  readonly messageId: MessageId | null;
  readonly role: SearchHit['role'] | null;
  readonly author: string | null;
  readonly createdAt: number;
  readonly conversationId: ConversationId;
}

interface Marked {
  readonly documentId: number;
  /** The words around the hits. */
  readonly text: string;
}

interface Group {
  readonly id: ConversationId;
  best: number;
  titleDocument: number | undefined;
  readonly hits: { readonly found: Found; readonly score: number }[];
}

export type Search = (asked: SearchMessages, now: number) => SearchResult;

/** The connection only has to read. Never throws for what was typed. */
export function createSearch(sqlite: Database.Database): Search {
  const newest = sqlite
    .prepare<[query: string, limit: number], number>(
      'SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY rowid DESC LIMIT ?',
    )
    .pluck();
  const lastDocument = sqlite.prepare<[], number | null>('SELECT max(id) FROM search_documents').pluck();
  // It counts all documents that hold the words, however few are asked for.
  const ranked = sqlite
    .prepare<[query: string, limit: number], [documentId: number, rank: number]>(
      'SELECT rowid, bm25(search_index) FROM search_index WHERE search_index MATCH ? ORDER BY rowid DESC LIMIT ?',
    )
    .raw();
  const details = sqlite.prepare<[documentIds: string], Found>(`
    SELECT d.id AS documentId, m.id AS messageId, m.role AS role,
      CASE WHEN m.role = 'assistant' THEN coalesce(a.name, m.meta ->> '$.agentName') END AS author,
      coalesce(m.created_at, c.updated_at) AS createdAt, c.id AS conversationId
    FROM json_each(?) f
    JOIN search_documents d ON d.id = f.value
    LEFT JOIN messages m ON m.id = d.ref
    JOIN conversations c ON c.id = coalesce(m.conversation_id, d.ref)
    LEFT JOIN projects p ON p.id = c.project_id
    LEFT JOIN agents a ON a.id = coalesce(m.agent_id, c.agent_id)
    WHERE c.removed_at IS NULL AND p.removed_at IS NULL AND (m.id IS NULL OR m.hidden = 0)`);
  // All in one pass over the matches that were looked at: each look-up would collect those of an unfinished word anew. The
  // `+` keeps SQLite from doing just that. The cast: a number of JavaScript's is bound as a real one, and the index skips
  // what is older only for an integer.
  const marks = sqlite.prepare<[query: string, oldest: number, documentIds: string], Marked>(`
    SELECT rowid AS documentId, snippet(search_index, 0, '${hitStart}', '${hitEnd}', '…', ${snippetWords}) AS text
    FROM search_index WHERE search_index MATCH ? AND rowid >= CAST(? AS INTEGER)
      AND +rowid IN (SELECT value FROM json_each(?))`);
  const conversation = sqlite.prepare<
    [ConversationId],
    { title: string; updatedAt: number; archivedAt: number | null }
  >('SELECT title, updated_at AS updatedAt, archived_at AS archivedAt FROM conversations WHERE id = ?');

  return sqlite.transaction((asked: SearchMessages, now: number): SearchResult => {
    const query = toFtsQuery(asked.query);
    if (query === undefined) return { conversations: [], more: false };
    const matches = newest.all(query, maxRanked);
    const ranks = ranksOf(query, matches);
    const found = details.all(JSON.stringify(matches));
    const groups = group(found, ranks, now);
    const shown = groups.slice(0, asked.limit);
    const texts = marked(query, shown);
    return {
      conversations: shown.flatMap((one) => view(one, texts)),
      more: groups.length > asked.limit || matches.length === maxRanked,
    };
  });

  /**
   * How well each document matches (bm25: the smaller the better, and below 0). Empty where that says nothing: words that
   * are in at least half of all documents have no weight in bm25. The newest matches stand as close as they do in all.
   */
  function ranksOf(query: string, matches: readonly number[]): ReadonlyMap<number, number> {
    const oldest = matches.at(-1);
    if (matches.length === maxRanked && oldest !== undefined) {
      const documents = (lastDocument.get() ?? 0) - oldest + 1;
      if (documents <= 2 * matches.length) return new Map();
    }
    return new Map(ranked.all(query, maxRanked));
  }

  function marked(query: string, groups: readonly Group[]): ReadonlyMap<number, string> {
    const ids = groups.flatMap(({ titleDocument, hits }) => [
      ...(titleDocument === undefined ? [] : [titleDocument]),
      ...hits.slice(0, hitsPerConversation).map(({ found }) => found.documentId),
    ]);
    const rows = marks.all(
      query,
      ids.reduce((a, b) => Math.min(a, b), Infinity),
      JSON.stringify(ids),
    );
    return new Map(rows.map(({ documentId, text }) => [documentId, text]));
  }

  function view({ id, titleDocument, hits }: Group, texts: ReadonlyMap<number, string>): ConversationHits[] {
    const row = conversation.get(id);
    if (row === undefined) return [];
    return [
      {
        conversationId: id,
        title: piecesOf((titleDocument === undefined ? undefined : texts.get(titleDocument)) ?? row.title),
        updatedAt: row.updatedAt,
        archived: row.archivedAt !== null,
        hits: hits
          .slice(0, hitsPerConversation)
          .flatMap(({ found: { documentId, messageId, role, author, createdAt } }) =>
            messageId === null || role === null
              ? []
              : [{ messageId, role, author, createdAt, snippet: piecesOf(texts.get(documentId) ?? '') }],
          ),
        hitCount: hits.length,
      },
    ];
  }
}

/** By conversation: the one with the best hit first, and so its hits. */
function group(all: readonly Found[], ranks: ReadonlyMap<number, number>, now: number): Group[] {
  const groups = new Map<ConversationId, Group>();
  for (const found of all) {
    const { conversationId: id } = found;
    const score = scoreOf(found, ranks.get(found.documentId), now);
    let one = groups.get(id);
    if (one === undefined) groups.set(id, (one = { id, best: 0, titleDocument: undefined, hits: [] }));
    one.best = Math.max(one.best, score);
    if (found.messageId === null) one.titleDocument = found.documentId;
    else one.hits.push({ found, score });
  }
  for (const { hits } of groups.values()) hits.sort((a, b) => b.score - a.score);
  return [...groups.values()].sort((a, b) => b.best - a.best);
}

/** `rank` is that of bm25; undefined where all match alike. */
function scoreOf({ createdAt, messageId }: Found, rank: number | undefined, now: number): number {
  const ageMs = Math.max(0, now - createdAt);
  return -(rank ?? -1) * (1 + recencyHalfMs / (recencyHalfMs + ageMs)) * (messageId === null ? titleWeight : 1);
}

function piecesOf(marked: string): TextPiece[] {
  return marked
    .split(hitStart)
    .flatMap((part, index): TextPiece[] => {
      if (index === 0) return [{ text: part, hit: false }];
      const [hit = '', ...rest] = part.split(hitEnd);
      return [
        { text: hit, hit: true },
        { text: rest.join(''), hit: false },
      ];
    })
    .filter(({ text }) => text !== '');
}
