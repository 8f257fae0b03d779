CREATE TABLE `goal_artefacts` (
	`goal_id` text NOT NULL,
	`position` integer NOT NULL,
	`name` text NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`goal_id`, `position`),
	FOREIGN KEY (`goal_id`) REFERENCES `goals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `goal_dependencies` (
	`task_id` text NOT NULL,
	`depends_on_id` text NOT NULL,
	PRIMARY KEY(`task_id`, `depends_on_id`),
	FOREIGN KEY (`task_id`) REFERENCES `goal_tasks`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`depends_on_id`) REFERENCES `goal_tasks`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `goal_dependencies_on` ON `goal_dependencies` (`depends_on_id`);--> statement-breakpoint
CREATE TABLE `goal_events` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`goal_id` text NOT NULL,
	`task_id` text,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`text` text,
	FOREIGN KEY (`goal_id`) REFERENCES `goals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `goal_events_goal` ON `goal_events` (`goal_id`,`seq`);--> statement-breakpoint
CREATE TABLE `goal_jobs` (
	`job_id` text PRIMARY KEY NOT NULL,
	`goal_id` text NOT NULL,
	`task_id` text,
	`purpose` text NOT NULL,
	`at` integer NOT NULL,
	`is_open` integer NOT NULL,
	`tokens` integer NOT NULL,
	`cost_micros` integer NOT NULL,
	FOREIGN KEY (`goal_id`) REFERENCES `goals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `goal_jobs_goal` ON `goal_jobs` (`goal_id`,`job_id`);--> statement-breakpoint
CREATE INDEX `goal_jobs_task` ON `goal_jobs` (`task_id`,`job_id`) WHERE task_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `goal_jobs_open` ON `goal_jobs` (`goal_id`,`job_id`) WHERE is_open = 1;--> statement-breakpoint
CREATE TABLE `goal_tasks` (
	`id` text PRIMARY KEY NOT NULL,
	`goal_id` text NOT NULL,
	`key` text NOT NULL,
	`title` text NOT NULL,
	`instructions` text NOT NULL,
	`acceptance` text NOT NULL,
	`agent_id` text NOT NULL,
	`result_kind` text NOT NULL,
	`parent_id` text,
	`depth` integer NOT NULL,
	`state` text NOT NULL,
	`open_dependencies` integer NOT NULL,
	`send_backs` integer NOT NULL,
	`tries` integer NOT NULL,
	`retries` integer NOT NULL,
	`question` text,
	`problem` text,
	`review_reasons` text NOT NULL,
	`failure` text,
	`started_at` integer,
	`ended_at` integer,
	`job_id` text,
	`job_is_open` integer NOT NULL,
	`awaits_summaries` integer NOT NULL,
	`result` text,
	`summary` text,
	`digest` text,
	`reads_summaries` integer NOT NULL,
	`answers` text NOT NULL,
	`version` integer NOT NULL,
	`machine_version` integer NOT NULL,
	FOREIGN KEY (`goal_id`) REFERENCES `goals`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `goal_tasks_key` ON `goal_tasks` (`goal_id`,`key`);--> statement-breakpoint
CREATE INDEX `goal_tasks_ready` ON `goal_tasks` (`goal_id`,`id`) WHERE job_is_open = 0 AND awaits_summaries = 0 AND open_dependencies = 0 AND state IN ('waiting', 'sentBack', 'working', 'inReview');--> statement-breakpoint
CREATE INDEX `goal_tasks_parent` ON `goal_tasks` (`parent_id`) WHERE parent_id IS NOT NULL;--> statement-breakpoint
CREATE TABLE `goals` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`message_id` text NOT NULL,
	`title` text NOT NULL,
	`intention` text NOT NULL,
	`options` text NOT NULL,
	`agent_ids` text NOT NULL,
	`planner_id` text NOT NULL,
	`reviewer_id` text,
	`demo` text,
	`state` text NOT NULL,
	`resumes_to` text,
	`pause_reason` text,
	`failure` text,
	`plan_tries` integer NOT NULL,
	`deliver_tries` integer NOT NULL,
	`problem` text,
	`active_since` integer,
	`active_ms` integer NOT NULL,
	`ended_at` integer,
	`plan_note` text,
	`refused_plan` text,
	`job_id` text,
	`last_job_id` text,
	`task_counts` text NOT NULL,
	`measured_ms` text NOT NULL,
	`burn_tokens` integer NOT NULL,
	`burn_cost_micros` integer NOT NULL,
	`in_flight_tokens` integer NOT NULL,
	`in_flight_cost_micros` integer NOT NULL,
	`time_cap_at` integer,
	`has_deliverable` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	`machine_version` integer NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `goals_conversation` ON `goals` (`conversation_id`,`id`);--> statement-breakpoint
CREATE INDEX `goals_open` ON `goals` (`id`) WHERE state IN ('planning', 'awaitingApproval', 'working', 'delivering', 'paused');--> statement-breakpoint
CREATE INDEX `goals_time` ON `goals` (`time_cap_at`) WHERE time_cap_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `messages` ADD `goal` text;