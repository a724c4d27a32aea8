-- An app that renames a person says `profile.updated`, and so does whoever loses a verified e-mail: both concern what
-- the data hub is to say of them, and which invoices they are shown.
DROP TRIGGER changes_push_person;
--> statement-breakpoint
CREATE TRIGGER changes_push_person AFTER INSERT ON changes
WHEN NEW.op IN ('subscriber.subscribed', 'subscriber.updated', 'subscriber.unsubscribed', 'subscriber.merged',
    'contact.verified', 'profile.updated')
  AND substr(NEW.stream, 1, 11) = 'subscriber:' AND substr(NEW.actor, 1, 7) <> 'connec:'
BEGIN
  INSERT INTO connec_pushes (publisher_id, entity, local_id, state, changed_at, next_attempt_at)
  SELECT NEW.publisher_id, 'people', substr(NEW.stream, 12), 'pending', NEW.at, NEW.at
  FROM companies c JOIN marketplaces m ON m.tenant = c.tenant
  WHERE c.publisher_id = NEW.publisher_id AND c.status = 'active'
    AND m.settings ->> '$.connec' IS NOT NULL AND m.settings ->> '$.webhooks.subscriptions.people'
  ON CONFLICT DO UPDATE SET dirty = 1, changed_at = max(changed_at, excluded.changed_at),
    next_attempt_at = iif(state = 'failed', excluded.next_attempt_at, next_attempt_at),
    tries = iif(state = 'failed', 0, tries), state = 'pending';
END;
--> statement-breakpoint
-- A calendar that is drafted or deleted takes away what no other one shows: also what a person made, which stays
-- theirs, in no calendar. What is on its way to the hub at this moment is looked at once more when it has arrived.
DROP TRIGGER changes_push_gone_calendar;
--> statement-breakpoint
CREATE TRIGGER changes_push_gone_calendar AFTER INSERT ON changes
WHEN NEW.op IN ('calendar.updated', 'calendar.deleted') AND substr(NEW.actor, 1, 7) <> 'connec:'
BEGIN
  INSERT INTO connec_pushes (publisher_id, entity, local_id, state, changed_at, next_attempt_at)
  SELECT NEW.publisher_id, 'events', e.id, 'pending', NEW.at, NEW.at
  FROM companies c JOIN marketplaces m ON m.tenant = c.tenant
    JOIN calendars k ON k.id = substr(NEW.stream, 10) AND k.kind = 'public' AND (k.draft = 1 OR k.deleted_at IS NOT NULL)
    CROSS JOIN connec_map x ON x.publisher_id = NEW.publisher_id AND x.entity = 'events' AND x.shown = 1
    CROSS JOIN events e ON e.id = x.local_id AND NOT EXISTS (SELECT 1 FROM calendars o
      WHERE o.id = e.calendar_id AND o.kind = 'public' AND o.draft = 0 AND o.deleted_at IS NULL)
  WHERE c.publisher_id = NEW.publisher_id AND c.status = 'active'
    AND m.settings ->> '$.connec' IS NOT NULL AND m.settings ->> '$.webhooks.subscriptions.events'
  ON CONFLICT DO UPDATE SET dirty = 1, changed_at = max(changed_at, excluded.changed_at),
    next_attempt_at = iif(state = 'failed', excluded.next_attempt_at, next_attempt_at),
    tries = iif(state = 'failed', 0, tries), state = 'pending';
  UPDATE connec_pushes SET dirty = 1
  WHERE publisher_id = NEW.publisher_id AND entity = 'events' AND lease IS NOT NULL;
END;
