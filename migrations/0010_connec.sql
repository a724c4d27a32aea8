CREATE TABLE `connec_imports` (
	`publisher_id` integer NOT NULL,
	`entity` text NOT NULL,
	`state` text NOT NULL,
	`skip` integer DEFAULT 0 NOT NULL,
	`pages` integer DEFAULT 0 NOT NULL,
	`imported` integer DEFAULT 0 NOT NULL,
	`skipped` integer DEFAULT 0 NOT NULL,
	`total` integer,
	`tries` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer,
	`lease` text,
	`lease_until` integer,
	`started_at` integer,
	`finished_at` integer,
	`write_id` text NOT NULL,
	PRIMARY KEY(`publisher_id`, `entity`)
);
--> statement-breakpoint
CREATE INDEX `connec_imports_due` ON `connec_imports` (`next_attempt_at`) WHERE next_attempt_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `connec_invoices` (
	`id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`connec_id` text NOT NULL,
	`person_connec_id` text DEFAULT '' NOT NULL,
	`due_date` text DEFAULT '' NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`wanted` integer NOT NULL,
	`event_id` text,
	`updated_at` integer NOT NULL,
	`write_id` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `connec_invoices_connec` ON `connec_invoices` (`publisher_id`,`connec_id`);--> statement-breakpoint
CREATE INDEX `connec_invoices_person` ON `connec_invoices` (`publisher_id`,`person_connec_id`);--> statement-breakpoint
CREATE TABLE `connec_map` (
	`publisher_id` integer NOT NULL,
	`entity` text NOT NULL,
	`connec_id` text NOT NULL,
	`code` text DEFAULT '' NOT NULL,
	`local_type` text NOT NULL,
	`local_id` text NOT NULL,
	`updated_at` integer,
	`origin` text NOT NULL,
	`state` text NOT NULL,
	`sent_hash` text DEFAULT '' NOT NULL,
	`shown` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`write_id` text NOT NULL,
	PRIMARY KEY(`publisher_id`, `entity`, `connec_id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `connec_map_local` ON `connec_map` (`publisher_id`,`entity`,`local_id`);--> statement-breakpoint
CREATE TABLE `connec_pushes` (
	`publisher_id` integer NOT NULL,
	`entity` text NOT NULL,
	`local_id` text NOT NULL,
	`state` text NOT NULL,
	`changed_at` integer NOT NULL,
	`dirty` integer DEFAULT false NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer,
	`lease` text,
	`lease_until` integer,
	`uncertain` integer DEFAULT false NOT NULL,
	`last_error` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`publisher_id`, `entity`, `local_id`)
);
--> statement-breakpoint
CREATE INDEX `connec_pushes_due` ON `connec_pushes` (`next_attempt_at`) WHERE next_attempt_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `directory` (
	`id` text PRIMARY KEY NOT NULL,
	`publisher_id` integer NOT NULL,
	`first_name` text DEFAULT '' NOT NULL,
	`last_name` text DEFAULT '' NOT NULL,
	`email` text DEFAULT '' NOT NULL,
	`phone` text DEFAULT '' NOT NULL,
	`active` integer DEFAULT true NOT NULL,
	`subscriber_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`write_id` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `directory_publisher` ON `directory` (`publisher_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `directory_email` ON `directory` (`publisher_id`,`email`) WHERE email <> '';--> statement-breakpoint
CREATE INDEX `directory_subscriber` ON `directory` (`subscriber_id`) WHERE subscriber_id IS NOT NULL;--> statement-breakpoint
-- A record of a company that shares data is to be looked at for the data hub whenever it changes here, whoever changed
-- it but the hub itself (marketplace.md 8.3). Rides in the commit of the change, so that none is forgotten.
CREATE TRIGGER changes_push_event AFTER INSERT ON changes
WHEN NEW.op IN ('event.created', 'event.updated', 'event.deleted') AND substr(NEW.stream, 1, 9) = 'calendar:'
  AND substr(NEW.actor, 1, 7) <> 'connec:'
BEGIN
  INSERT INTO connec_pushes (publisher_id, entity, local_id, state, changed_at, next_attempt_at)
  SELECT NEW.publisher_id, 'events', e.id, 'pending', NEW.at, NEW.at
  FROM companies c JOIN marketplaces m ON m.tenant = c.tenant JOIN events e ON e.id = NEW.entity_id
  WHERE c.publisher_id = NEW.publisher_id AND c.status = 'active' AND e.owner_id = ''
    AND m.settings ->> '$.connec' IS NOT NULL AND m.settings ->> '$.webhooks.subscriptions.events'
  ON CONFLICT DO UPDATE SET dirty = 1, changed_at = max(changed_at, excluded.changed_at),
    next_attempt_at = iif(state = 'failed', excluded.next_attempt_at, next_attempt_at),
    tries = iif(state = 'failed', 0, tries), state = 'pending';
END;
--> statement-breakpoint
CREATE TRIGGER changes_push_person AFTER INSERT ON changes
WHEN NEW.op IN ('subscriber.subscribed', 'subscriber.updated', 'subscriber.unsubscribed', 'subscriber.merged', 'contact.verified')
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
-- A calendar that goes live brings its events to the hub.
CREATE TRIGGER changes_push_live_calendar AFTER INSERT ON changes
WHEN NEW.op = 'calendar.updated' AND substr(NEW.actor, 1, 7) <> 'connec:'
BEGIN
  INSERT INTO connec_pushes (publisher_id, entity, local_id, state, changed_at, next_attempt_at)
  SELECT NEW.publisher_id, 'events', e.id, 'pending', NEW.at, NEW.at
  FROM companies c JOIN marketplaces m ON m.tenant = c.tenant
    JOIN calendars k ON k.id = substr(NEW.stream, 10) AND k.kind = 'public' AND k.draft = 0 AND k.deleted_at IS NULL
    CROSS JOIN calendar_events p ON p.calendar_id = k.id CROSS JOIN events e ON e.id = p.event_id
  WHERE c.publisher_id = NEW.publisher_id AND c.status = 'active'
    AND m.settings ->> '$.connec' IS NOT NULL AND m.settings ->> '$.webhooks.subscriptions.events'
    AND e.calendar_id = k.id AND e.draft = 0 AND e.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM connec_map x
      WHERE x.publisher_id = e.publisher_id AND x.entity = 'events' AND x.local_id = e.id AND x.shown = 1)
  ON CONFLICT DO UPDATE SET dirty = 1, changed_at = max(changed_at, excluded.changed_at),
    next_attempt_at = iif(state = 'failed', excluded.next_attempt_at, next_attempt_at),
    tries = iif(state = 'failed', 0, tries), state = 'pending';
END;
--> statement-breakpoint
-- One that is drafted or deleted takes them away.
CREATE TRIGGER changes_push_gone_calendar AFTER INSERT ON changes
WHEN NEW.op IN ('calendar.updated', 'calendar.deleted') AND substr(NEW.actor, 1, 7) <> 'connec:'
BEGIN
  INSERT INTO connec_pushes (publisher_id, entity, local_id, state, changed_at, next_attempt_at)
  SELECT NEW.publisher_id, 'events', e.id, 'pending', NEW.at, NEW.at
  FROM companies c JOIN marketplaces m ON m.tenant = c.tenant
    JOIN calendars k ON k.id = substr(NEW.stream, 10) AND k.kind = 'public' AND (k.draft = 1 OR k.deleted_at IS NOT NULL)
    CROSS JOIN connec_map x ON x.publisher_id = NEW.publisher_id AND x.entity = 'events'
    CROSS JOIN events e ON e.id = x.local_id AND e.calendar_id = k.id
  WHERE c.publisher_id = NEW.publisher_id AND c.status = 'active'
    AND m.settings ->> '$.connec' IS NOT NULL AND m.settings ->> '$.webhooks.subscriptions.events'
  ON CONFLICT DO UPDATE SET dirty = 1, changed_at = max(changed_at, excluded.changed_at),
    next_attempt_at = iif(state = 'failed', excluded.next_attempt_at, next_attempt_at),
    tries = iif(state = 'failed', 0, tries), state = 'pending';
END;
