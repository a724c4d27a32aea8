CREATE TABLE `calendar_sources` (
	`calendar_id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`source` text NOT NULL,
	`next_check_at` integer NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`claim` text DEFAULT '' NOT NULL,
	`etag` text DEFAULT '' NOT NULL,
	`last_modified` text DEFAULT '' NOT NULL,
	`digest` text DEFAULT '' NOT NULL,
	`read_as` text DEFAULT '' NOT NULL,
	`remarks` text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `calendar_sources_next` ON `calendar_sources` (`next_check_at`);--> statement-breakpoint
CREATE TABLE `imported_events` (
	`calendar_id` text NOT NULL,
	`uid` text NOT NULL,
	`publisher_id` integer NOT NULL,
	`event_id` text NOT NULL,
	`digest` text NOT NULL,
	`sequence` integer NOT NULL,
	PRIMARY KEY(`calendar_id`, `uid`)
);
--> statement-breakpoint
-- Sources that calendars have already are looked at from now on.
INSERT INTO calendar_sources (calendar_id, publisher_id, source, next_check_at)
SELECT id, publisher_id, source, 0 FROM calendars WHERE source <> '' AND deleted_at IS NULL;
