CREATE TABLE `user_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`subscriber_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`expires_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_tokens_hash` ON `user_tokens` (`token_hash`);--> statement-breakpoint
CREATE INDEX `user_tokens_subscriber` ON `user_tokens` (`subscriber_id`,`created_at`);