CREATE TABLE `homes` (
	`name` text PRIMARY KEY NOT NULL,
	`database` integer NOT NULL,
	`found_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `homes_found` ON `homes` (`found_at`);