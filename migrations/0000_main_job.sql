CREATE TABLE `calendar_events` (
	`calendar_id` text NOT NULL,
	`event_id` text NOT NULL,
	`publisher_id` integer NOT NULL,
	`added_at` integer NOT NULL,
	PRIMARY KEY(`calendar_id`, `event_id`)
);
--> statement-breakpoint
CREATE INDEX `calendar_events_event` ON `calendar_events` (`event_id`);--> statement-breakpoint
CREATE TABLE `calendars` (
	`id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`kind` text NOT NULL,
	`owner_id` text,
	`name` text NOT NULL,
	`categories` text DEFAULT '' NOT NULL,
	`reference` text DEFAULT '' NOT NULL,
	`timezone` text NOT NULL,
	`draft` integer DEFAULT false NOT NULL,
	`note` text DEFAULT '' NOT NULL,
	`source` text DEFAULT '' NOT NULL,
	`source_fetched_at` integer,
	`source_error` text DEFAULT '' NOT NULL,
	`revision` integer DEFAULT 0 NOT NULL,
	`revised_at` integer DEFAULT 0 NOT NULL,
	`event_count` integer DEFAULT 0 NOT NULL,
	`text_bytes` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`modified_at` integer NOT NULL,
	`deleted_at` integer,
	`write_id` text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `calendars_reference` ON `calendars` (`publisher_id`,`reference`) WHERE reference <> '' AND deleted_at IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `calendars_owner` ON `calendars` (`owner_id`) WHERE owner_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `calendars_name` ON `calendars` (`publisher_id`,`kind`,`name`,`id`);--> statement-breakpoint
CREATE TABLE `events` (
	`id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`calendar_id` text NOT NULL,
	`owner_id` text DEFAULT '' NOT NULL,
	`name` text NOT NULL,
	`location` text DEFAULT '' NOT NULL,
	`all_day` integer NOT NULL,
	`start_date` text NOT NULL,
	`start_time` text NOT NULL,
	`end_date` text NOT NULL,
	`end_time` text NOT NULL,
	`timezone` text NOT NULL,
	`end_timezone` text NOT NULL,
	`end_date_given` integer NOT NULL,
	`end_time_given` integer NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`details` text DEFAULT '' NOT NULL,
	`url` text DEFAULT '' NOT NULL,
	`status` text NOT NULL,
	`show_as` text NOT NULL,
	`alert` text DEFAULT '' NOT NULL,
	`alert2` text DEFAULT '' NOT NULL,
	`quick_links` text DEFAULT '[]' NOT NULL,
	`categories` text DEFAULT '' NOT NULL,
	`draft` integer DEFAULT false NOT NULL,
	`reference` text DEFAULT '' NOT NULL,
	`reference_type` text DEFAULT '' NOT NULL,
	`recurrence` text DEFAULT '' NOT NULL,
	`exceptions` text DEFAULT '[]' NOT NULL,
	`sequence` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`modified_at` integer NOT NULL,
	`deleted_at` integer,
	`tombstone_until` integer,
	`write_id` text DEFAULT '' NOT NULL,
	`text_size` integer GENERATED ALWAYS AS ((520 + length(CAST(name AS BLOB)) * 2 + length(CAST(location AS BLOB)) + length(CAST(details AS BLOB)) + length(CAST(url AS BLOB)) + length(CAST(quick_links AS BLOB)) + length(CAST(categories AS BLOB)) + length(CAST(exceptions AS BLOB)))) STORED NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_reference` ON `events` (`publisher_id`,`reference`) WHERE reference <> '' AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `events_start` ON `events` (`publisher_id`,`starts_at`,`id`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `events_reference_type` ON `events` (`publisher_id`,`reference_type`) WHERE reference_type <> '' AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `events_owner` ON `events` (`owner_id`,`created_at`) WHERE owner_id <> '' AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `events_tombstone` ON `events` (`tombstone_until`) WHERE tombstone_until IS NOT NULL;--> statement-breakpoint
CREATE INDEX `events_deleted` ON `events` (`deleted_at`) WHERE deleted_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `changes` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`publisher_id` integer NOT NULL,
	`stream` text NOT NULL,
	`op` text NOT NULL,
	`entity_id` text NOT NULL,
	`actor` text NOT NULL,
	`at` integer NOT NULL,
	`message` text,
	`payload` text,
	`dispatched` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `changes_stream` ON `changes` (`stream`,`seq`);--> statement-breakpoint
CREATE INDEX `changes_undispatched` ON `changes` (`seq`) WHERE dispatched = 0;--> statement-breakpoint
CREATE INDEX `changes_at` ON `changes` (`at`);--> statement-breakpoint
CREATE TABLE `guard` (
	`ok` integer NOT NULL,
	CONSTRAINT "guard_ok" CHECK(ok = 1)
);
--> statement-breakpoint
CREATE TABLE `api_keys` (
	`api_key` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`secret_sealed` text NOT NULL,
	`md5` integer DEFAULT true NOT NULL,
	`require_nonce` integer DEFAULT false NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `api_keys_publisher` ON `api_keys` (`publisher_id`);--> statement-breakpoint
CREATE TABLE `publishers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`org_id` integer,
	`name` text NOT NULL,
	`timezone` text NOT NULL,
	`default_region` text NOT NULL,
	`is_partner` integer DEFAULT false NOT NULL,
	`partner_id` integer,
	`reference` text DEFAULT '' NOT NULL,
	`company_type` text DEFAULT '' NOT NULL,
	`cancelled_at` integer,
	`feeds_end_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `publishers_reference` ON `publishers` (`partner_id`,`reference`) WHERE reference <> '';--> statement-breakpoint
CREATE INDEX `publishers_partner` ON `publishers` (`partner_id`,`id`);--> statement-breakpoint
CREATE TABLE `widgets` (
	`id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`name` text NOT NULL,
	`active` integer DEFAULT true NOT NULL,
	`ics_filename` text DEFAULT '' NOT NULL,
	`calendar_ids` text DEFAULT '[]' NOT NULL,
	`welcome_enabled` integer DEFAULT true NOT NULL,
	`welcome_name` text DEFAULT '' NOT NULL,
	`welcome_details` text DEFAULT '' NOT NULL,
	`welcome_url` text DEFAULT '' NOT NULL,
	`require_signed_email` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`modified_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `widgets_publisher` ON `widgets` (`publisher_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`publisher_id` integer NOT NULL,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`holder` text NOT NULL,
	`held_at` integer NOT NULL,
	`committed` integer DEFAULT false NOT NULL,
	`status` integer,
	`answer_sealed` text,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`publisher_id`, `method`, `path`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_expiry` ON `idempotency_keys` (`expires_at`);--> statement-breakpoint
CREATE TABLE `nonces` (
	`api_key` text NOT NULL,
	`nonce` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`api_key`, `nonce`)
);
--> statement-breakpoint
CREATE INDEX `nonces_expiry` ON `nonces` (`expires_at`);--> statement-breakpoint
CREATE TABLE `signups` (
	`widget_id` text NOT NULL,
	`kind` text NOT NULL,
	`key_hash` text NOT NULL,
	`publisher_id` integer NOT NULL,
	`subscriber_id` text NOT NULL,
	`address_hash` text NOT NULL,
	`status` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`widget_id`, `kind`, `key_hash`)
);
--> statement-breakpoint
CREATE INDEX `signups_expiry` ON `signups` (`expires_at`);--> statement-breakpoint
CREATE INDEX `signups_subscriber` ON `signups` (`subscriber_id`);--> statement-breakpoint
CREATE TABLE `applications` (
	`position` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`publisher_id` integer NOT NULL,
	`subscriber_id` text NOT NULL,
	`name` text NOT NULL,
	`ip` text NOT NULL,
	`fingerprint` text NOT NULL,
	`os` text NOT NULL,
	`device` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `applications_name` ON `applications` (`subscriber_id`,`name`);--> statement-breakpoint
CREATE TABLE `contacts` (
	`publisher_id` integer NOT NULL,
	`kind` text NOT NULL,
	`value` text NOT NULL,
	`subscriber_id` text NOT NULL,
	`verified` integer DEFAULT false NOT NULL,
	`verified_at` integer,
	`signed_up_with` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`publisher_id`, `kind`, `value`, `subscriber_id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contacts_verified` ON `contacts` (`publisher_id`,`kind`,`value`) WHERE verified = 1;--> statement-breakpoint
CREATE INDEX `contacts_subscriber` ON `contacts` (`subscriber_id`);--> statement-breakpoint
CREATE TABLE `feed_addresses` (
	`address_hash` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`subscriber_id` text NOT NULL,
	`state` text NOT NULL,
	`address_sealed` text NOT NULL,
	`calendar_ids` text DEFAULT '[]' NOT NULL,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `feed_addresses_live` ON `feed_addresses` (`subscriber_id`) WHERE state = 'live';--> statement-breakpoint
CREATE INDEX `feed_addresses_subscriber` ON `feed_addresses` (`subscriber_id`);--> statement-breakpoint
CREATE TABLE `follows` (
	`position` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`publisher_id` integer NOT NULL,
	`subscriber_id` text NOT NULL,
	`calendar_id` text NOT NULL,
	`permission` text NOT NULL,
	`followed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `follows_calendar` ON `follows` (`subscriber_id`,`calendar_id`);--> statement-breakpoint
CREATE INDEX `follows_followers` ON `follows` (`calendar_id`);--> statement-breakpoint
CREATE TABLE `subscribers` (
	`id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`state` text NOT NULL,
	`merged_into` text,
	`email` text NOT NULL,
	`widget_id` text DEFAULT '' NOT NULL,
	`first_name` text DEFAULT '' NOT NULL,
	`last_name` text DEFAULT '' NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`gender` text DEFAULT '' NOT NULL,
	`age_group` text DEFAULT '' NOT NULL,
	`dob` text DEFAULT '' NOT NULL,
	`zip` text DEFAULT '' NOT NULL,
	`mobile` text DEFAULT '' NOT NULL,
	`mobile_e164` text DEFAULT '' NOT NULL,
	`parent_email` text DEFAULT '' NOT NULL,
	`parent_consent_on` text DEFAULT '' NOT NULL,
	`tags` text DEFAULT '[]' NOT NULL,
	`optin` integer DEFAULT false NOT NULL,
	`secondary_optin` integer DEFAULT false NOT NULL,
	`optin3` integer DEFAULT false NOT NULL,
	`optin4` integer DEFAULT false NOT NULL,
	`reference` text DEFAULT '' NOT NULL,
	`referring_page` text DEFAULT '' NOT NULL,
	`custom` text DEFAULT '{}' NOT NULL,
	`application` text DEFAULT '' NOT NULL,
	`ip` text DEFAULT '' NOT NULL,
	`os` text DEFAULT '' NOT NULL,
	`device` text DEFAULT '' NOT NULL,
	`fingerprint` text DEFAULT '' NOT NULL,
	`location` text DEFAULT '{}' NOT NULL,
	`source` text DEFAULT '' NOT NULL,
	`ics_filename` text DEFAULT '' NOT NULL,
	`total_activity` integer DEFAULT 0 NOT NULL,
	`subscribed_at` integer NOT NULL,
	`last_active_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`modified_at` integer NOT NULL,
	`ended_at` integer,
	`link_requested_at` integer DEFAULT 0 NOT NULL,
	`revision` integer DEFAULT 0 NOT NULL,
	`revised_at` integer DEFAULT 0 NOT NULL,
	`write_id` text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `subscribers_publisher` ON `subscribers` (`publisher_id`,`state`,`subscribed_at`,`id`);--> statement-breakpoint
CREATE INDEX `subscribers_reference` ON `subscribers` (`publisher_id`,`reference`) WHERE reference <> '';--> statement-breakpoint
CREATE INDEX `subscribers_merged` ON `subscribers` (`merged_into`) WHERE merged_into IS NOT NULL;