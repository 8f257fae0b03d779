CREATE TABLE `job_statistics` (
	`period_ms` integer NOT NULL,
	`at` integer NOT NULL,
	`lane` text NOT NULL,
	`provider` text NOT NULL,
	`agent_id` text NOT NULL,
	`completed` integer NOT NULL,
	`failed` integer NOT NULL,
	`cancelled` integer NOT NULL,
	`retried` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cost_micros` integer NOT NULL,
	`unpriced` integer NOT NULL,
	`waits` text NOT NULL,
	`first_contents` text NOT NULL,
	`runs` text NOT NULL,
	PRIMARY KEY(`period_ms`, `at`, `lane`, `provider`, `agent_id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `usage` ADD `lane` text;--> statement-breakpoint
ALTER TABLE `usage` ADD `cost_micros` integer;--> statement-breakpoint
ALTER TABLE `usage` ADD `wait_ms` integer;--> statement-breakpoint
ALTER TABLE `usage` ADD `first_content_ms` integer;--> statement-breakpoint
ALTER TABLE `usage` ADD `run_ms` integer;