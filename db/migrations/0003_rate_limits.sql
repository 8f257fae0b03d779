ALTER TABLE `providers` ADD `requests_per_minute` integer;--> statement-breakpoint
ALTER TABLE `providers` ADD `tokens_per_minute` integer;