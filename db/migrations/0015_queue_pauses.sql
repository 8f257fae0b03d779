CREATE TABLE `bulk_runs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`action` text NOT NULL,
	`lane` text,
	`state` text NOT NULL,
	`total` integer NOT NULL,
	`changed` integer NOT NULL,
	`unchanged` integer NOT NULL,
	`failed` integer NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
ALTER TABLE `lane_clocks` ADD `paused_at` integer;--> statement-breakpoint
ALTER TABLE `providers` ADD `paused_at` integer;