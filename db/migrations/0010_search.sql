-- Full-text search over the texts of messages and the titles of conversations (db/search.ts reads it).
-- What is found has a number of its own, because a rowid of a table without an INTEGER PRIMARY KEY may change in a VACUUM.
CREATE TABLE `search_documents` (
	`id` integer PRIMARY KEY NOT NULL,
	`ref` text NOT NULL UNIQUE
);
--> statement-breakpoint
CREATE VIEW `search_texts` AS
	SELECT d.id AS id, coalesce(m.text, c.title) AS text
	FROM search_documents d
	LEFT JOIN messages m ON m.id = d.ref
	LEFT JOIN conversations c ON c.id = d.ref;
--> statement-breakpoint
CREATE VIRTUAL TABLE `search_index` USING fts5(
	text,
	content = 'search_texts',
	content_rowid = 'id',
	tokenize = 'unicode61 remove_diacritics 2',
	prefix = '2 3'
);
--> statement-breakpoint
INSERT INTO search_documents (ref) SELECT id FROM conversations ORDER BY id;
--> statement-breakpoint
INSERT INTO search_documents (ref) SELECT id FROM messages ORDER BY id;
--> statement-breakpoint
INSERT INTO search_index (search_index) VALUES ('rebuild');
--> statement-breakpoint
CREATE TRIGGER `messages_search_insert` AFTER INSERT ON messages BEGIN
	INSERT INTO search_documents (ref) VALUES (new.id);
	INSERT INTO search_index (rowid, text) SELECT id, new.text FROM search_documents WHERE ref = new.id;
END;
--> statement-breakpoint
CREATE TRIGGER `messages_search_update` AFTER UPDATE OF text ON messages WHEN old.text IS NOT new.text BEGIN
	INSERT INTO search_index (search_index, rowid, text) SELECT 'delete', id, old.text FROM search_documents WHERE ref = old.id;
	INSERT INTO search_index (rowid, text) SELECT id, new.text FROM search_documents WHERE ref = new.id;
END;
--> statement-breakpoint
CREATE TRIGGER `messages_search_delete` AFTER DELETE ON messages BEGIN
	INSERT INTO search_index (search_index, rowid, text) SELECT 'delete', id, old.text FROM search_documents WHERE ref = old.id;
	DELETE FROM search_documents WHERE ref = old.id;
END;
--> statement-breakpoint
CREATE TRIGGER `conversations_search_insert` AFTER INSERT ON conversations BEGIN
	INSERT INTO search_documents (ref) VALUES (new.id);
	INSERT INTO search_index (rowid, text) SELECT id, new.title FROM search_documents WHERE ref = new.id;
END;
--> statement-breakpoint
CREATE TRIGGER `conversations_search_update` AFTER UPDATE OF title ON conversations WHEN old.title IS NOT new.title BEGIN
	INSERT INTO search_index (search_index, rowid, text) SELECT 'delete', id, old.title FROM search_documents WHERE ref = old.id;
	INSERT INTO search_index (rowid, text) SELECT id, new.title FROM search_documents WHERE ref = new.id;
END;
--> statement-breakpoint
CREATE TRIGGER `conversations_search_delete` AFTER DELETE ON conversations BEGIN
	INSERT INTO search_index (search_index, rowid, text) SELECT 'delete', id, old.title FROM search_documents WHERE ref = old.id;
	DELETE FROM search_documents WHERE ref = old.id;
END;
