CREATE TABLE `portal_audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`mark` text NOT NULL,
	`publisher_id` integer NOT NULL,
	`at` integer NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`session` text NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portal_audit_mark` ON `portal_audit` (`mark`);--> statement-breakpoint
CREATE INDEX `portal_audit_publisher` ON `portal_audit` (`publisher_id`,`id`);--> statement-breakpoint
CREATE INDEX `portal_audit_at` ON `portal_audit` (`at`);--> statement-breakpoint
CREATE TABLE `portal_forms` (
	`publisher_id` integer NOT NULL,
	`path` text NOT NULL,
	`form_id` text NOT NULL,
	`holder` text NOT NULL,
	`result` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`publisher_id`, `path`, `form_id`)
);
--> statement-breakpoint
CREATE INDEX `portal_forms_created` ON `portal_forms` (`created_at`);--> statement-breakpoint
ALTER TABLE `api_keys` ADD `last_used_at` integer;
--> statement-breakpoint
-- Whoever opens a session, by single sign-on or by a link, stands in the audit (portal.md).
CREATE TRIGGER portal_sessions_audit AFTER INSERT ON portal_sessions
BEGIN
  INSERT INTO portal_audit (mark, publisher_id, at, user_id, role, session, action, target)
  SELECT lower(hex(randomblob(8))), NEW.publisher_id, NEW.created_at, NEW.user_id, m.role, substr(NEW.id_hash, 1, 12),
    'signed_in', coalesce('marketplace:' || NEW.tenant, 'link')
  FROM memberships m WHERE m.publisher_id = NEW.publisher_id AND m.user_id = NEW.user_id;
END;
