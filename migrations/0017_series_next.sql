CREATE INDEX `events_series` ON `events` (`publisher_id`,CASE WHEN series_ends_at IS NULL THEN 9007199254740991 ELSE series_ends_at END) WHERE recurrence <> '' AND owner_id = '' AND calendar_id <> '' AND draft = 0 AND deleted_at IS NULL;
--> statement-breakpoint
-- A message that is sent again and that its endpoint never had begins as failed: it counts from then on, so that what
-- becomes of it replaces that and nothing else.
CREATE TRIGGER webhook_deliveries_tally_in AFTER INSERT ON webhook_deliveries WHEN NEW.status <> 'pending'
BEGIN
  INSERT INTO tallies (publisher_id, what, hour, count)
  VALUES (NEW.publisher_id, NEW.status, NEW.created_at / 3600000, 1)
  ON CONFLICT (publisher_id, what, hour) DO UPDATE SET count = count + 1;
END;
