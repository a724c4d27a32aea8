CREATE TABLE `tallies` (
	`publisher_id` integer NOT NULL,
	`what` text NOT NULL,
	`hour` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`publisher_id`, `what`, `hour`)
);
--> statement-breakpoint
CREATE INDEX `tallies_hour` ON `tallies` (`hour`);--> statement-breakpoint
ALTER TABLE `publishers` ADD `settings_revision` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `events_coming` ON `events` (`publisher_id`,`starts_at`) WHERE owner_id = '' AND calendar_id <> '' AND draft = 0 AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `changes_entity` ON `changes` (`entity_id`,`seq`);--> statement-breakpoint
CREATE INDEX `directory_waiting` ON `directory` (`publisher_id`,`created_at`,`id`) WHERE subscriber_id IS NULL AND active = 1;--> statement-breakpoint
CREATE INDEX `directory_first_name` ON `directory` (`publisher_id`,first_name COLLATE NOCASE) WHERE subscriber_id IS NULL AND active = 1;--> statement-breakpoint
CREATE INDEX `directory_last_name` ON `directory` (`publisher_id`,last_name COLLATE NOCASE) WHERE subscriber_id IS NULL AND active = 1;--> statement-breakpoint
CREATE INDEX `pay_schedules_coming` ON `pay_schedules` (`publisher_id`,CASE WHEN status_date IS NULL THEN start_date ELSE status_date END) WHERE stored_status IS NULL OR stored_status = 'promised';--> statement-breakpoint
CREATE INDEX `pay_schedules_next` ON `pay_schedules` (`account_uid`,CASE WHEN status_date IS NULL THEN start_date ELSE status_date END) WHERE stored_status IS NULL OR stored_status = 'promised';--> statement-breakpoint
CREATE INDEX `portal_audit_target` ON `portal_audit` (`publisher_id`,`target`,`id`);--> statement-breakpoint
CREATE INDEX `subscribers_first_name` ON `subscribers` (`publisher_id`,first_name COLLATE NOCASE) WHERE first_name <> '';--> statement-breakpoint
CREATE INDEX `subscribers_last_name` ON `subscribers` (`publisher_id`,last_name COLLATE NOCASE) WHERE last_name <> '';--> statement-breakpoint
CREATE INDEX `subscribers_name` ON `subscribers` (`publisher_id`,name COLLATE NOCASE) WHERE name <> '';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_failed` ON `webhook_deliveries` (`endpoint_id`,`created_at`) WHERE status = 'failed' AND next_attempt_at IS NULL;
--> statement-breakpoint
-- Whoever changes a company's name or time zone, staff or its marketplace: who saved an older form learns of it.
CREATE TRIGGER publishers_revise_settings AFTER UPDATE OF name, timezone ON publishers
WHEN OLD.name IS NOT NEW.name OR OLD.timezone IS NOT NEW.timezone
BEGIN
  UPDATE publishers SET settings_revision = OLD.settings_revision + 1 WHERE id = NEW.id;
END;
--> statement-breakpoint
-- Active subscribers, by the hour that they came and went: their own time where they are made, the hour of the write where
-- one becomes active or ceases to be.
CREATE TRIGGER subscribers_tally_in AFTER INSERT ON subscribers WHEN NEW.state = 'active'
BEGIN
  INSERT INTO tallies (publisher_id, what, hour, count)
  VALUES (NEW.publisher_id, 'subscribers', 0, 1), (NEW.publisher_id, 'joined', NEW.subscribed_at / 3600000, 1)
  ON CONFLICT (publisher_id, what, hour) DO UPDATE SET count = count + 1;
END;
--> statement-breakpoint
CREATE TRIGGER subscribers_tally_change AFTER UPDATE OF state ON subscribers
WHEN (OLD.state = 'active') <> (NEW.state = 'active')
BEGIN
  INSERT INTO tallies (publisher_id, what, hour, count)
  VALUES (NEW.publisher_id, 'subscribers', 0, iif(NEW.state = 'active', 1, -1))
  ON CONFLICT (publisher_id, what, hour) DO UPDATE SET count = count + excluded.count;
  INSERT INTO tallies (publisher_id, what, hour, count)
  VALUES (NEW.publisher_id, iif(NEW.state = 'active', 'joined', 'left'), unixepoch() / 3600, 1)
  ON CONFLICT (publisher_id, what, hour) DO UPDATE SET count = count + 1;
END;
--> statement-breakpoint
CREATE TRIGGER webhook_deliveries_tally AFTER UPDATE OF status ON webhook_deliveries WHEN OLD.status <> NEW.status
BEGIN
  INSERT INTO tallies (publisher_id, what, hour, count)
  SELECT NEW.publisher_id, NEW.status, NEW.created_at / 3600000, 1 WHERE NEW.status <> 'pending'
  ON CONFLICT (publisher_id, what, hour) DO UPDATE SET count = count + 1;
  UPDATE tallies SET count = count - 1
  WHERE publisher_id = NEW.publisher_id AND what = OLD.status AND hour = NEW.created_at / 3600000 AND count > 0;
END;
--> statement-breakpoint
-- What is there already. Replays are recorded as failed until they are made: those that wait count once they end.
INSERT INTO tallies (publisher_id, what, hour, count)
SELECT publisher_id, 'subscribers', 0, count(*) FROM subscribers WHERE state = 'active' GROUP BY publisher_id;
--> statement-breakpoint
INSERT INTO tallies (publisher_id, what, hour, count)
SELECT publisher_id, 'joined', subscribed_at / 3600000, count(*) FROM subscribers WHERE state <> 'placeholder' GROUP BY 1, 3;
--> statement-breakpoint
INSERT INTO tallies (publisher_id, what, hour, count)
SELECT publisher_id, 'left', coalesce(ended_at, modified_at) / 3600000, count(*) FROM subscribers
WHERE state IN ('unsubscribed', 'merged') GROUP BY 1, 3;
--> statement-breakpoint
INSERT INTO tallies (publisher_id, what, hour, count)
SELECT publisher_id, status, created_at / 3600000, count(*) FROM webhook_deliveries WHERE status <> 'pending' GROUP BY 1, 2, 3;
