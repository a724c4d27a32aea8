CREATE TABLE `answers` (
	`subscriber_id` text NOT NULL,
	`event_id` text NOT NULL,
	`publisher_id` integer NOT NULL,
	`rsvp_status` text,
	`acknowledged` integer DEFAULT false NOT NULL,
	`answered_at` integer NOT NULL,
	`write_id` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`subscriber_id`, `event_id`)
);
--> statement-breakpoint
CREATE INDEX `answers_event` ON `answers` (`event_id`);--> statement-breakpoint
CREATE TABLE `contact_requests` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`publisher_id` integer NOT NULL,
	`subscriber_id` text NOT NULL,
	`kind` text NOT NULL,
	`value` text NOT NULL,
	`code_sealed` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`requested_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`write_id` text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `contact_requests_person` ON `contact_requests` (`subscriber_id`,`requested_at`);--> statement-breakpoint
CREATE INDEX `contact_requests_contact` ON `contact_requests` (`publisher_id`,`kind`,`value`,`requested_at`);--> statement-breakpoint
CREATE INDEX `contact_requests_open` ON `contact_requests` (`expires_at`) WHERE code_sealed IS NOT NULL;--> statement-breakpoint
CREATE INDEX `contact_requests_at` ON `contact_requests` (`requested_at`);--> statement-breakpoint
CREATE TABLE `live_viewers` (
	`viewer` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `relations` (
	`event_id` text NOT NULL,
	`subscriber_id` text NOT NULL,
	`publisher_id` integer NOT NULL,
	`permission` text NOT NULL,
	`is_invitation` integer DEFAULT false NOT NULL,
	`rsvp_status` text,
	`message` text,
	`actor_id` text DEFAULT '' NOT NULL,
	`is_owner` integer DEFAULT false NOT NULL,
	`first_name` text DEFAULT '' NOT NULL,
	`last_name` text DEFAULT '' NOT NULL,
	`addressed_email` text,
	`addressed_phone` text,
	`created_at` integer NOT NULL,
	`removed_at` integer,
	`write_id` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`event_id`, `subscriber_id`)
);
--> statement-breakpoint
CREATE INDEX `relations_subscriber` ON `relations` (`subscriber_id`,`event_id`) WHERE removed_at IS NULL;--> statement-breakpoint
CREATE INDEX `relations_publisher` ON `relations` (`publisher_id`,`event_id`,`subscriber_id`) WHERE removed_at IS NULL;--> statement-breakpoint
CREATE INDEX `relations_actor` ON `relations` (`actor_id`) WHERE removed_at IS NULL AND actor_id <> '';--> statement-breakpoint
CREATE TABLE `timelines` (
	`viewer` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`life` integer NOT NULL,
	`birth` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `events` ADD `creator_id` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `events_creator` ON `events` (`creator_id`) WHERE creator_id <> '' AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `changes_events` ON `changes` (`publisher_id`,`seq`) WHERE stream GLOB 'event:*';