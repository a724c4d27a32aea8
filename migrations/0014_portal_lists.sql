ALTER TABLE `publishers` ADD `settings_revision` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `changes_entity` ON `changes` (`entity_id`,`seq`);--> statement-breakpoint
CREATE INDEX `directory_waiting` ON `directory` (`publisher_id`,`created_at`,`id`) WHERE subscriber_id IS NULL AND active = 1;--> statement-breakpoint
CREATE INDEX `directory_first_name` ON `directory` (`publisher_id`,first_name COLLATE NOCASE) WHERE subscriber_id IS NULL AND active = 1;--> statement-breakpoint
CREATE INDEX `directory_last_name` ON `directory` (`publisher_id`,last_name COLLATE NOCASE) WHERE subscriber_id IS NULL AND active = 1;--> statement-breakpoint
CREATE INDEX `portal_audit_target` ON `portal_audit` (`publisher_id`,`target`,`id`);--> statement-breakpoint
CREATE INDEX `subscribers_first_name` ON `subscribers` (`publisher_id`,first_name COLLATE NOCASE) WHERE first_name <> '';--> statement-breakpoint
CREATE INDEX `subscribers_last_name` ON `subscribers` (`publisher_id`,last_name COLLATE NOCASE) WHERE last_name <> '';--> statement-breakpoint
CREATE INDEX `subscribers_name` ON `subscribers` (`publisher_id`,name COLLATE NOCASE) WHERE name <> '';--> statement-breakpoint
-- Whoever changes a company's name or time zone, staff or its marketplace: who saved an older form learns of it.
CREATE TRIGGER publishers_revise_settings AFTER UPDATE OF name, timezone ON publishers
WHEN OLD.name IS NOT NEW.name OR OLD.timezone IS NOT NEW.timezone
BEGIN
  UPDATE publishers SET settings_revision = OLD.settings_revision + 1 WHERE id = NEW.id;
END;
