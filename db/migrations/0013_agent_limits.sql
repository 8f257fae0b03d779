DROP INDEX `llm_jobs_claim`;--> statement-breakpoint
ALTER TABLE `llm_jobs` ADD `agent_id` text;--> statement-breakpoint
CREATE INDEX `llm_jobs_claim` ON `llm_jobs` (`lane`,`provider`,`agent_id`,`rank`,`id`) WHERE state = 'waiting' AND quarantined = 0;--> statement-breakpoint
ALTER TABLE `agents` ADD `color` text DEFAULT 'amber' NOT NULL;--> statement-breakpoint
ALTER TABLE `agents` ADD `tokens_per_day` integer;--> statement-breakpoint
ALTER TABLE `agents` ADD `spend_per_day` integer;