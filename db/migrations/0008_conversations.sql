CREATE TABLE `conversation_agents` (
	`conversation_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`is_lead` integer NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `agent_id`),
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `conversation_agents_agent` ON `conversation_agents` (`agent_id`);--> statement-breakpoint
CREATE TABLE `drafts` (
	`conversation_id` text PRIMARY KEY NOT NULL,
	`text` text NOT NULL,
	`writer` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `projects` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`archived_at` integer,
	`removed_at` integer
);
--> statement-breakpoint
ALTER TABLE `conversations` ADD `kind` text DEFAULT 'direct' NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `project_id` text REFERENCES projects(id);--> statement-breakpoint
ALTER TABLE `conversations` ADD `pinned_at` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `archived_at` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `removed_at` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `unread` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `arrival` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `title_job_id` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `model` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `lane` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `fallbacks` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `system_prompt` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `params` text;--> statement-breakpoint
CREATE INDEX `conversations_project` ON `conversations` (`project_id`) WHERE project_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `conversations_removed` ON `conversations` (`removed_at`) WHERE removed_at IS NOT NULL;