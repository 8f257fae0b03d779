/** All that is said to models for a goal: one prompt for each purpose. */
export { deliverPrompt, type DeliverWords } from './deliver-prompt.ts';
export { planPrompt, type PlanWords } from './plan-prompt.ts';
export type { AgentWords, GapWords, GoalWords, Prompt, ResultWords, TaskWords } from './prompt-parts.ts';
export { reviewPrompt, type ReviewWords } from './review-prompt.ts';
export { summaryPrompt, type SummaryWords } from './summary-prompt.ts';
export { workPrompt, type WorkWords } from './work-prompt.ts';
