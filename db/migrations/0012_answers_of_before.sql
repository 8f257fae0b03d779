-- A conversation was one line: of an answer the parent is its question, of a question the question before it.
UPDATE messages SET parent_id = rtrim(position, '~') WHERE role = 'assistant';
--> statement-breakpoint
UPDATE messages SET parent_id = (
  SELECT q.id FROM messages q
  WHERE q.conversation_id = messages.conversation_id AND q.position < messages.position AND q.role = 'user'
  ORDER BY q.position DESC LIMIT 1
) WHERE role = 'user';
--> statement-breakpoint
-- Who answered: whom the job has asked, else whom the conversation is with.
UPDATE messages SET agent_id = coalesce(
  (SELECT CASE WHEN json_valid(j.data) THEN j.data ->> '$.agentId' END FROM llm_jobs j WHERE j.id = messages.job_id),
  (SELECT c.agent_id FROM conversations c WHERE c.id = messages.conversation_id)
) WHERE role = 'assistant';
--> statement-breakpoint
-- What it took, as far as its job is still there and can be read; `json_patch` leaves out what is not known.
UPDATE messages SET meta = (
  SELECT json_patch('{}', json_object(
    'agentName', (SELECT a.name FROM agents a WHERE a.id = messages.agent_id),
    'model', coalesce(j.returnvalue ->> '$.model', j.fallback_model, j.data ->> '$.model'),
    'inPlaceOf', CASE WHEN j.fallback_model IS NULL THEN NULL ELSE j.data ->> '$.model' END,
    'inputTokens', j.returnvalue -> '$.usage.inputTokens',
    'outputTokens', j.returnvalue -> '$.usage.outputTokens',
    'reasoningTokens', j.returnvalue -> '$.usage.reasoningTokens',
    'cachedTokens', j.returnvalue -> '$.usage.cachedTokens',
    'estimated', j.returnvalue -> '$.usage.estimated',
    'firstTokenMs', max(0, j.first_content_at - j.processed_on),
    'durationMs', max(0, j.finished_on - j.processed_on),
    'attempt', max(1, j.attempts_started),
    'finishReason', j.returnvalue ->> '$.finishReason',
    'omittedMessages', j.omitted_messages
  ))
  FROM llm_jobs j
  WHERE j.id = messages.job_id AND json_valid(j.data) AND json_type(j.data, '$.model') = 'text'
    AND (j.returnvalue IS NULL OR json_valid(j.returnvalue))
) WHERE role = 'assistant';
--> statement-breakpoint
-- Every job that answers a question. Those that are kept name it themselves; the others are known from it.
INSERT OR IGNORE INTO message_jobs (job_id, message_id, agent_id)
SELECT j.id, m.id, j.data ->> '$.agentId' FROM llm_jobs j
CROSS JOIN messages m ON m.id = j.data ->> '$.messageId'
WHERE json_valid(j.data) AND j.data ->> '$.kind' = 'chat' AND j.data ->> '$.agentId' IS NOT NULL;
--> statement-breakpoint
INSERT OR IGNORE INTO message_jobs (job_id, message_id, agent_id)
SELECT m.job_id, m.id, c.agent_id FROM messages m JOIN conversations c ON c.id = m.conversation_id
WHERE m.role = 'user' AND m.job_id IS NOT NULL;
--> statement-breakpoint
INSERT OR IGNORE INTO message_jobs (job_id, message_id, agent_id)
SELECT m.continuation_job_id, m.id, c.agent_id FROM messages m JOIN conversations c ON c.id = m.conversation_id
WHERE m.role = 'user' AND m.continuation_job_id IS NOT NULL;
