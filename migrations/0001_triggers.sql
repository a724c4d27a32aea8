-- A change lifts the revision of its calendar or subscriber. It can't be forgotten, and nothing else sets one.
CREATE TRIGGER changes_revise_calendar AFTER INSERT ON changes
WHEN substr(NEW.stream, 1, 9) = 'calendar:'
BEGIN
  UPDATE calendars SET revision = NEW.seq, revised_at = max(revised_at, NEW.at) WHERE id = substr(NEW.stream, 10);
END;
--> statement-breakpoint
-- Rows that show neither in a feed nor in a person's view leave the revision as it is.
CREATE TRIGGER changes_revise_subscriber AFTER INSERT ON changes
WHEN substr(NEW.stream, 1, 11) = 'subscriber:' AND NEW.op NOT IN ('subscriber.link_requested', 'contact.requested')
BEGIN
  UPDATE subscribers SET revision = NEW.seq, revised_at = max(revised_at, NEW.at) WHERE id = substr(NEW.stream, 12);
END;
--> statement-breakpoint
-- A calendar counts its live events and their text, so that its bounds cost a write no scan.
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
