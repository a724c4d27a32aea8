CREATE TABLE `erasure_viewers` (
	`subscriber_id` text NOT NULL,
	`viewer` text NOT NULL,
	`publisher_id` integer NOT NULL,
	PRIMARY KEY(`subscriber_id`, `viewer`)
);
--> statement-breakpoint
CREATE TABLE `erasures` (
	`subscriber_id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`requested_at` integer NOT NULL,
	`emails` text DEFAULT '[]' NOT NULL,
	`looks` integer DEFAULT 0 NOT NULL,
	`scanned_to` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer,
	`write_id` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `erasures_due` ON `erasures` (`next_attempt_at`) WHERE next_attempt_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `events_owner_deleted` ON `events` (`owner_id`) WHERE owner_id <> '' AND deleted_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `events_creator_deleted` ON `events` (`creator_id`) WHERE creator_id <> '' AND deleted_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `accounts_email` ON `accounts` (`publisher_id`,lower(email)) WHERE email IS NOT NULL;--> statement-breakpoint
CREATE INDEX `pay_schedules_deleted_account` ON `pay_schedules_deleted` (`account_uid`);--> statement-breakpoint
CREATE INDEX `relations_removed` ON `relations` (`subscriber_id`) WHERE removed_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `relations_written` ON `relations` (`actor_id`) WHERE message IS NOT NULL AND actor_id <> '';