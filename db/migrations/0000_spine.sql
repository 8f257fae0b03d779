CREATE TABLE `job_chunks` (
	`job_id` text NOT NULL,
	`attempt` integer NOT NULL,
	`offset` integer NOT NULL,
	`kind` text NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`job_id`, `attempt`, `offset`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `job_counts` (
	`lane` text NOT NULL,
	`state` text NOT NULL,
	`provider` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`lane`, `state`, `provider`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `job_events` (
	`job_id` text NOT NULL,
	`version` integer NOT NULL,
	`at` integer NOT NULL,
	`event` text NOT NULL,
	`from_state` text NOT NULL,
	`to_state` text NOT NULL,
	`attempt` integer NOT NULL,
	`detail` text,
	PRIMARY KEY(`job_id`, `version`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `lane_clocks` (
	`lane` text PRIMARY KEY NOT NULL,
	`virtual_time` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `llm_job_dependencies` (
	`job_id` text NOT NULL,
	`depends_on_id` text NOT NULL,
	`on_failure` text NOT NULL,
	`state` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`job_id`, `depends_on_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `llm_job_dependencies_on` ON `llm_job_dependencies` (`depends_on_id`);--> statement-breakpoint
CREATE TABLE `llm_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`data` text NOT NULL,
	`state` text NOT NULL,
	`phase` text,
	`lane` text NOT NULL,
	`provider` text NOT NULL,
	`group_key` text NOT NULL,
	`rank` integer NOT NULL,
	`delay` integer NOT NULL,
	`max_attempts` integer NOT NULL,
	`backoff` text NOT NULL,
	`attempts_started` integer NOT NULL,
	`attempts_made` integer NOT NULL,
	`stalled_counter` integer NOT NULL,
	`quarantined` integer NOT NULL,
	`quarantine_deaths` integer NOT NULL,
	`open_dependencies` integer NOT NULL,
	`held_dependencies` integer NOT NULL,
	`run_at` integer,
	`deadline_at` integer,
	`waiting_since` integer,
	`progress` integer NOT NULL,
	`returnvalue` text,
	`failed_reason` text,
	`failure` text,
	`stacktrace` text NOT NULL,
	`omitted_messages` integer NOT NULL,
	`parent_id` text,
	`processed_by` text,
	`timestamp` integer NOT NULL,
	`processed_on` integer,
	`first_content_at` integer,
	`finished_on` integer,
	`version` integer NOT NULL,
	`machine_version` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `llm_jobs_claim` ON `llm_jobs` (`lane`,`provider`,`rank`,`id`) WHERE state = 'waiting' AND quarantined = 0;--> statement-breakpoint
CREATE INDEX `llm_jobs_quarantine` ON `llm_jobs` (`lane`,`rank`,`id`) WHERE state = 'waiting' AND quarantined = 1;--> statement-breakpoint
CREATE INDEX `llm_jobs_group` ON `llm_jobs` (`group_key`,`lane`,`rank`) WHERE state IN ('blocked', 'delayed', 'waiting', 'active');--> statement-breakpoint
CREATE INDEX `llm_jobs_due` ON `llm_jobs` (`run_at`) WHERE state = 'delayed';--> statement-breakpoint
CREATE INDEX `llm_jobs_deadline` ON `llm_jobs` (`deadline_at`) WHERE state IN ('delayed', 'waiting') AND deadline_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `llm_jobs_parent` ON `llm_jobs` (`parent_id`) WHERE parent_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `llm_jobs_blocked` ON `llm_jobs` (`id`) WHERE state = 'blocked';--> statement-breakpoint
CREATE INDEX `llm_jobs_active` ON `llm_jobs` (`id`) WHERE state = 'active';--> statement-breakpoint
CREATE INDEX `llm_jobs_completed` ON `llm_jobs` (`id`) WHERE state = 'completed';--> statement-breakpoint
CREATE INDEX `llm_jobs_failed` ON `llm_jobs` (`id`) WHERE state = 'failed';--> statement-breakpoint
CREATE INDEX `llm_jobs_cancelled` ON `llm_jobs` (`id`) WHERE state = 'cancelled';--> statement-breakpoint
CREATE TABLE `agents` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`system_prompt` text NOT NULL,
	`model` text NOT NULL,
	`lane` text NOT NULL,
	`params` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `conversations` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`titled` integer NOT NULL,
	`agent_id` text NOT NULL,
	`last_job_id` text,
	`preview` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `conversations_updated` ON `conversations` (`updated_at`);--> statement-breakpoint
CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`role` text NOT NULL,
	`text` text NOT NULL,
	`thinking` text,
	`status` text NOT NULL,
	`job_id` text,
	`created_at` integer NOT NULL,
	`position` text NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_position` ON `messages` (`conversation_id`,`position`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_job` ON `messages` (`job_id`,`role`);--> statement-breakpoint
CREATE TABLE `providers` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`base_url` text,
	`header_names` text NOT NULL,
	`timeouts` text NOT NULL,
	`concurrency` integer,
	`models` text NOT NULL,
	`built_in` integer NOT NULL,
	`state` text NOT NULL,
	`failures` integer NOT NULL,
	`pauses` integer NOT NULL,
	`cooling_until` integer,
	`reason` text,
	`failure_code` text,
	`probe` text
);
--> statement-breakpoint
CREATE TABLE `requests` (
	`request_id` text PRIMARY KEY NOT NULL,
	`procedure` text NOT NULL,
	`body_hash` text NOT NULL,
	`result` text NOT NULL,
	`at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `usage` (
	`job_id` text NOT NULL,
	`attempt` integer NOT NULL,
	`provider` text NOT NULL,
	`model` text NOT NULL,
	`agent_id` text,
	`conversation_id` text,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`reasoning_tokens` integer,
	`cached_tokens` integer,
	`estimated` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`job_id`, `attempt`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `usage_at` ON `usage` (`at`);