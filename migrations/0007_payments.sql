CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`account_id` text NOT NULL,
	`business_id` text NOT NULL,
	`status` text NOT NULL,
	`start_date` text NOT NULL,
	`finish_date` text,
	`term_end_date` text,
	`payment_stopped` integer NOT NULL,
	`active_pay_method` text,
	`model` text NOT NULL,
	`subscriber_id` text,
	`email` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`calendar_stale` integer DEFAULT false NOT NULL,
	`write_id` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_account` ON `accounts` (`publisher_id`,`account_id`);--> statement-breakpoint
CREATE INDEX `accounts_subscriber` ON `accounts` (`subscriber_id`) WHERE subscriber_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `accounts_stale` ON `accounts` (`id`) WHERE calendar_stale = 1;--> statement-breakpoint
CREATE TABLE `audit_records` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`publisher_id` integer NOT NULL,
	`account_uid` text NOT NULL,
	`schedule_no` integer NOT NULL,
	`action` text NOT NULL,
	`user` text NOT NULL,
	`text` text NOT NULL,
	`fields` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_records_account` ON `audit_records` (`account_uid`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_records_schedule` ON `audit_records` (`account_uid`,`schedule_no`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `businesses` (
	`publisher_id` integer NOT NULL,
	`business_id` text NOT NULL,
	`name` text NOT NULL,
	`timezone` text NOT NULL,
	`cut_off_time` text,
	`can_collect_for_closed_account` integer NOT NULL,
	`max_amount_cents` integer NOT NULL,
	`same_day_delete` text NOT NULL,
	`currency` text NOT NULL,
	`locale` text NOT NULL,
	`calendar_enabled` integer NOT NULL,
	`upcoming_days_before` integer,
	`templates` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`refreshed_to` integer,
	`write_id` text NOT NULL,
	PRIMARY KEY(`publisher_id`, `business_id`)
);
--> statement-breakpoint
CREATE INDEX `businesses_refresh` ON `businesses` (`refreshed_to`) WHERE refreshed_to IS NOT NULL;--> statement-breakpoint
CREATE TABLE `call_notes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`publisher_id` integer NOT NULL,
	`account_uid` text NOT NULL,
	`schedule_no` integer NOT NULL,
	`note` text NOT NULL,
	`purpose` text NOT NULL,
	`call_how` text NOT NULL,
	`user` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `call_notes_account` ON `call_notes` (`account_uid`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `call_notes_schedule` ON `call_notes` (`account_uid`,`schedule_no`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `pay_schedules` (
	`schedule_no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`publisher_id` integer NOT NULL,
	`business_id` text NOT NULL,
	`account_uid` text NOT NULL,
	`class` text DEFAULT 'ScheduleOneOff' NOT NULL,
	`start_date` text NOT NULL,
	`installment_cents` integer NOT NULL,
	`pay_desc` text NOT NULL,
	`external_identifier` text NOT NULL,
	`pay_method` text,
	`load_date` text NOT NULL,
	`stored_status` text,
	`status_date` text,
	`status_note` text DEFAULT '' NOT NULL,
	`status_changed_at` integer NOT NULL,
	`told_status` text NOT NULL,
	`moves_on` text,
	`created_at` integer NOT NULL,
	`write_id` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pay_schedules_id` ON `pay_schedules` (`id`);--> statement-breakpoint
CREATE INDEX `pay_schedules_account` ON `pay_schedules` (`account_uid`,`schedule_no`);--> statement-breakpoint
CREATE INDEX `pay_schedules_due` ON `pay_schedules` (`account_uid`,`class`,`installment_cents`) WHERE stored_status IS NULL OR stored_status <> 'paid';--> statement-breakpoint
CREATE INDEX `pay_schedules_business` ON `pay_schedules` (`publisher_id`,`business_id`,`schedule_no`);--> statement-breakpoint
CREATE INDEX `pay_schedules_moves` ON `pay_schedules` (`publisher_id`,`business_id`,`moves_on`) WHERE moves_on IS NOT NULL;--> statement-breakpoint
CREATE TABLE `pay_schedules_deleted` (
	`schedule_no` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`publisher_id` integer NOT NULL,
	`business_id` text NOT NULL,
	`account_uid` text NOT NULL,
	`class` text DEFAULT 'ScheduleOneOff' NOT NULL,
	`start_date` text NOT NULL,
	`installment_cents` integer NOT NULL,
	`pay_desc` text NOT NULL,
	`external_identifier` text NOT NULL,
	`pay_method` text,
	`load_date` text NOT NULL,
	`stored_status` text,
	`status_date` text,
	`status_note` text DEFAULT '' NOT NULL,
	`status_changed_at` integer NOT NULL,
	`told_status` text NOT NULL,
	`moves_on` text,
	`created_at` integer NOT NULL,
	`write_id` text NOT NULL,
	`deleted_at` integer NOT NULL,
	`deleted_by` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pay_schedules_deleted_id` ON `pay_schedules_deleted` (`id`);--> statement-breakpoint
CREATE TABLE `schedule_external_ids` (
	`publisher_id` integer NOT NULL,
	`business_id` text NOT NULL,
	`external_identifier` text NOT NULL,
	PRIMARY KEY(`publisher_id`, `business_id`, `external_identifier`)
);
--> statement-breakpoint
-- Schedule numbers have eight digits from the first on: AUTOINCREMENT goes on above the highest ever given.
INSERT INTO pay_schedules (schedule_no, id, publisher_id, business_id, account_uid, start_date, installment_cents, pay_desc, external_identifier, load_date, status_changed_at, told_status, created_at, write_id)
VALUES (9999999, '', 0, '', '', '', 0, '', '', '', 0, '', 0, '');
--> statement-breakpoint
DELETE FROM pay_schedules WHERE schedule_no = 9999999;
