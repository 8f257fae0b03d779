CREATE TABLE `message_jobs` (
	`job_id` text PRIMARY KEY NOT NULL,
	`message_id` text NOT NULL,
	`agent_id` text NOT NULL,
	FOREIGN KEY (`message_id`) REFERENCES `messages`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `message_jobs_message` ON `message_jobs` (`message_id`,`job_id`);--> statement-breakpoint
ALTER TABLE `messages` ADD `parent_id` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `hidden` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `messages` ADD `agent_id` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `meta` text;--> statement-breakpoint
CREATE INDEX `messages_path` ON `messages` (`conversation_id`,`position`) WHERE hidden = 0;--> statement-breakpoint
CREATE INDEX `messages_parent` ON `messages` (`conversation_id`,`parent_id`);