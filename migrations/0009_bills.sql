CREATE TABLE `bills` (
	`id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`hub_id` text,
	`reference` text,
	`price_cents` integer NOT NULL,
	`currency` text NOT NULL,
	`description` text NOT NULL,
	`plan_id` text,
	`unit_cents` integer,
	`seats` integer,
	`period` text,
	`frequency` integer,
	`cycles` integer,
	`initial_cents` integer,
	`start_date` integer,
	`next_execution_at` integer,
	`execution_read` integer DEFAULT false NOT NULL,
	`units` real,
	`period_started_at` integer,
	`period_ended_at` integer,
	`third_party` integer DEFAULT false NOT NULL,
	`starts_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`last_error` text,
	`next_attempt_at` integer,
	`lease` text,
	`lease_until` integer,
	`uncertain` integer DEFAULT false NOT NULL,
	`cancel_wanted` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`write_id` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `bills_publisher` ON `bills` (`publisher_id`,`created_at`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `bills_open` ON `bills` (`publisher_id`) WHERE kind = 'recurring' AND state IN ('scheduled', 'queued', 'active');--> statement-breakpoint
CREATE UNIQUE INDEX `bills_reference` ON `bills` (`publisher_id`,`reference`) WHERE reference IS NOT NULL;--> statement-breakpoint
CREATE INDEX `bills_due` ON `bills` (`next_attempt_at`) WHERE next_attempt_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `companies` ADD `seats_changed` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `companies_seats` ON `companies` (`publisher_id`) WHERE seats_changed = 1;