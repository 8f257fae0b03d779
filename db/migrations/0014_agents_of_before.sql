-- Whose job it is, for those that are still under way; the others are only history.
UPDATE `llm_jobs` SET `agent_id` = json_extract(`data`, '$.agentId')
WHERE `state` IN ('blocked', 'delayed', 'waiting', 'active') AND json_valid(`data`) AND json_extract(`data`, '$.kind') = 'chat';
