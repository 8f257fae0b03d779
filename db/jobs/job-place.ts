/**
 * Whose job it is and where it belongs, in SQL over a row `j` of `llm_jobs` and its `data`: what a list shows of a job is what
 * it can be filtered by. A chat job's data names both; a goal's job has its agent in the row, and the conversation of its goal.
 */

export const agentOf = (data: string): string => `coalesce((${data}) ->> '$.agentId', j.agent_id)`;

export const conversationOf = (data: string): string =>
  `coalesce((${data}) ->> '$.conversationId', (SELECT conversation_id FROM goals WHERE id = (${data}) ->> '$.goal.goalId'))`;
