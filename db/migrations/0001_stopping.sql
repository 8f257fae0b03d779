ALTER TABLE `llm_jobs` ADD `timeouts` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `llm_jobs` ADD `queue_deadline_at` integer;--> statement-breakpoint
ALTER TABLE `llm_jobs` ADD `run_deadline_at` integer;--> statement-breakpoint
ALTER TABLE `llm_jobs` ADD `stopped_on` integer;--> statement-breakpoint
CREATE INDEX `llm_jobs_queue_deadline` ON `llm_jobs` (`queue_deadline_at`) WHERE state = 'waiting' AND queue_deadline_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `llm_jobs_stopping` ON `llm_jobs` (`id`) WHERE state IN ('failed', 'cancelled') AND processed_by IS NOT NULL;