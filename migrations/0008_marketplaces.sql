CREATE TABLE `companies` (
	`publisher_id` integer PRIMARY KEY NOT NULL,
	`tenant` text NOT NULL,
	`group_uid` text NOT NULL,
	`status` text NOT NULL,
	`renamed` integer DEFAULT false NOT NULL,
	`currency` text DEFAULT '' NOT NULL,
	`country` text DEFAULT '' NOT NULL,
	`city` text DEFAULT '' NOT NULL,
	`email` text DEFAULT '' NOT NULL,
	`has_credit_card` integer,
	`trial_ends_at` integer,
	`plan_id` text,
	`plan_name` text,
	`plan_selected_at` integer,
	`connec_calendar_id` text NOT NULL,
	`first_api_key` text NOT NULL,
	`first_secret_shown_at` integer,
	`feeds_ended_at` integer,
	`created_at` integer NOT NULL,
	`write_id` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `companies_group` ON `companies` (`tenant`,`group_uid`);--> statement-breakpoint
CREATE INDEX `companies_listed` ON `companies` (`tenant`,`created_at`,`publisher_id`);--> statement-breakpoint
CREATE INDEX `companies_feeds_ending` ON `companies` (`publisher_id`) WHERE status = 'cancelled' AND feeds_ended_at IS NULL;--> statement-breakpoint
CREATE TABLE `marketplace_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`tenant` text NOT NULL,
	`kind` text NOT NULL,
	`code` text NOT NULL,
	`reference` text DEFAULT '' NOT NULL,
	`group_uid` text DEFAULT '' NOT NULL,
	`uid` text DEFAULT '' NOT NULL,
	`detail` text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `marketplace_log_tenant` ON `marketplace_log` (`tenant`,`id`);--> statement-breakpoint
CREATE INDEX `marketplace_log_kind` ON `marketplace_log` (`tenant`,`kind`,`id`);--> statement-breakpoint
CREATE INDEX `marketplace_log_group` ON `marketplace_log` (`tenant`,`group_uid`,`id`);--> statement-breakpoint
CREATE INDEX `marketplace_log_at` ON `marketplace_log` (`at`);--> statement-breakpoint
CREATE TABLE `marketplaces` (
	`tenant` text PRIMARY KEY NOT NULL,
	`enabled` integer NOT NULL,
	`settings` text NOT NULL,
	`api_key_sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `memberships` (
	`publisher_id` integer NOT NULL,
	`user_id` text NOT NULL,
	`uid` text DEFAULT '' NOT NULL,
	`email` text DEFAULT '' NOT NULL,
	`first_name` text DEFAULT '' NOT NULL,
	`last_name` text DEFAULT '' NOT NULL,
	`role` text NOT NULL,
	`status` text NOT NULL,
	`blocked_at` integer,
	`joined_at` integer NOT NULL,
	`last_sign_on_at` integer,
	`write_id` text NOT NULL,
	PRIMARY KEY(`publisher_id`, `user_id`)
);
--> statement-breakpoint
CREATE INDEX `memberships_user` ON `memberships` (`user_id`);--> statement-breakpoint
CREATE INDEX `memberships_email` ON `memberships` (`publisher_id`,`email`);--> statement-breakpoint
CREATE TABLE `portal_sessions` (
	`id_hash` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`user_id` text NOT NULL,
	`tenant` text,
	`uid` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`mno_session` text DEFAULT '' NOT NULL,
	`recheck_at` integer,
	`checked_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `portal_sessions_member` ON `portal_sessions` (`publisher_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `portal_sessions_tenant` ON `portal_sessions` (`tenant`) WHERE tenant IS NOT NULL;--> statement-breakpoint
CREATE INDEX `portal_sessions_expires` ON `portal_sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sign_in_links` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`user_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sign_in_links_expires` ON `sign_in_links` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sso_spent` (
	`tenant` text NOT NULL,
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant`, `kind`, `id`)
);
--> statement-breakpoint
CREATE INDEX `sso_spent_expires` ON `sso_spent` (`expires_at`);--> statement-breakpoint
CREATE TABLE `user_identities` (
	`tenant` text NOT NULL,
	`uid` text NOT NULL,
	`user_id` text NOT NULL,
	`email` text DEFAULT '' NOT NULL,
	`first_name` text DEFAULT '' NOT NULL,
	`last_name` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant`, `uid`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_identities_user` ON `user_identities` (`user_id`,`tenant`);--> statement-breakpoint
CREATE INDEX `user_identities_email` ON `user_identities` (`email`) WHERE email <> '';--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text DEFAULT '' NOT NULL,
	`first_name` text DEFAULT '' NOT NULL,
	`last_name` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `users_email` ON `users` (`email`) WHERE email <> '';--> statement-breakpoint
-- The marketplace's log has an entry for each change of a company (marketplace.md 4): it can't be forgotten either.
CREATE TRIGGER changes_log_company AFTER INSERT ON changes
WHEN substr(NEW.stream, 1, 8) = 'company:'
BEGIN
  INSERT INTO marketplace_log (at, tenant, kind, code, group_uid, uid)
  SELECT NEW.at, c.tenant, 'company', NEW.op, c.group_uid,
    coalesce((SELECT m.uid FROM memberships m WHERE m.publisher_id = c.publisher_id AND m.user_id = NEW.entity_id), '')
  FROM companies c WHERE c.publisher_id = CAST(substr(NEW.stream, 9) AS INTEGER);
END;
