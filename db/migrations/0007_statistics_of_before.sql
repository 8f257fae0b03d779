-- What the charts can know of answers from before: by the hour, and no durations, which were not kept.
INSERT INTO job_statistics (
  period_ms, at, lane, provider, agent_id, completed, failed, cancelled, retried,
  input_tokens, output_tokens, cost_micros, unpriced, waits, first_contents, runs
)
SELECT 3600000, u.at - u.at % 3600000, coalesce(j.lane, 'low'), u.provider, coalesce(u.agent_id, ''), count(*), 0, 0, 0,
  sum(u.input_tokens), sum(u.output_tokens), 0, count(*), '[]', '[]', '[]'
FROM usage u LEFT JOIN llm_jobs j ON j.id = u.job_id
GROUP BY 2, 3, 4, 5;
