ALTER TABLE `llm_jobs` ADD `fallbacks` text;--> statement-breakpoint
ALTER TABLE `llm_jobs` ADD `fallback_model` text;--> statement-breakpoint
CREATE INDEX `llm_jobs_fallback` ON `llm_jobs` (`provider`,`id`) WHERE state = 'waiting' AND fallbacks IS NOT NULL;--> statement-breakpoint
ALTER TABLE `agents` ADD `fallbacks` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `agents` ADD `fallback_after_ms` integer DEFAULT 30000 NOT NULL;