-- A series takes the room of its changed occurrences too: each has a VEVENT of its own. What refers to the estimate
-- stands aside while it is made anew.
DROP TRIGGER calendar_events_count_in;
--> statement-breakpoint
DROP TRIGGER calendar_events_count_out;
--> statement-breakpoint
DROP TRIGGER events_recount;
--> statement-breakpoint
ALTER TABLE `events` DROP COLUMN `text_size`;
--> statement-breakpoint
ALTER TABLE `events` ADD `text_size` integer GENERATED ALWAYS AS (((1 + json_array_length(exceptions) - (length(exceptions) - length(replace(exceptions, '"cancelled":true', ''))) / 16) * (520 + length(CAST(name AS BLOB)) + length(CAST(name AS BLOB)) + length(CAST(location AS BLOB)) + length(CAST(details AS BLOB)) + length(CAST(url AS BLOB)) + length(CAST(quick_links AS BLOB)) + length(CAST(categories AS BLOB))) + length(CAST(recurrence AS BLOB)) + length(CAST(exceptions AS BLOB)))) VIRTUAL NOT NULL;
--> statement-breakpoint
ALTER TABLE `events` ADD `series_ends_at` integer;
--> statement-breakpoint
CREATE TRIGGER calendar_events_count_in AFTER INSERT ON calendar_events
BEGIN
  UPDATE calendars
  SET event_count = event_count + 1,
      text_bytes = text_bytes + (SELECT text_size FROM events WHERE id = NEW.event_id)
  WHERE id = NEW.calendar_id
    AND EXISTS (SELECT 1 FROM events WHERE id = NEW.event_id AND deleted_at IS NULL);
END;
--> statement-breakpoint
CREATE TRIGGER calendar_events_count_out AFTER DELETE ON calendar_events
BEGIN
  UPDATE calendars
  SET event_count = event_count - 1,
      text_bytes = text_bytes - (SELECT text_size FROM events WHERE id = OLD.event_id)
  WHERE id = OLD.calendar_id
    AND EXISTS (SELECT 1 FROM events WHERE id = OLD.event_id AND deleted_at IS NULL);
END;
--> statement-breakpoint
CREATE TRIGGER events_recount AFTER UPDATE ON events
WHEN OLD.text_size <> NEW.text_size OR (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)
BEGIN
  UPDATE calendars
  SET event_count = event_count + (NEW.deleted_at IS NULL) - (OLD.deleted_at IS NULL),
      text_bytes = text_bytes
        + iif(NEW.deleted_at IS NULL, NEW.text_size, 0) - iif(OLD.deleted_at IS NULL, OLD.text_size, 0)
  WHERE id IN (SELECT calendar_id FROM calendar_events WHERE event_id = NEW.id);
END;
--> statement-breakpoint
UPDATE calendars
SET text_bytes = (SELECT coalesce(sum(e.text_size), 0) FROM calendar_events m JOIN events e ON e.id = m.event_id
                  WHERE m.calendar_id = calendars.id AND e.deleted_at IS NULL)
WHERE id IN (SELECT m.calendar_id FROM events e JOIN calendar_events m ON m.event_id = e.id WHERE e.recurrence <> '');
