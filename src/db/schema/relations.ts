import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * Direct relations between a person and an event (`event-subscriptions.md` 4). One that was removed keeps its row: by it
 * an erasure finds the timelines that nobody has asked since, and that still have it. It says nothing any more.
 */
export const relations = sqliteTable(
  'relations',
  {
    eventId: text('event_id').notNull(),
    subscriberId: text('subscriber_id').notNull(),
    publisherId: integer('publisher_id').notNull(),
    permission: text({
      enum: ['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write'],
    }).notNull(),
    isInvitation: integer('is_invitation', { mode: 'boolean' }).notNull().default(false),
    rsvpStatus: text('rsvp_status', { enum: ['not_replied', 'attending', 'not_attending'] }),
    message: text(),
    /** The person who made the relation; '' for the publisher, as a service. */
    actorId: text('actor_id').notNull().default(''),
    /** Whether this is the relation of the person who made the event with `POST /events`. */
    isOwner: integer('is_owner', { mode: 'boolean' }).notNull().default(false),
    /** Names that came with the POST: shown where the person has none of their own. */
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    /** The contacts that the POST was addressed with, shown to the actor; null where it named none. */
    addressedEmail: text('addressed_email'),
    addressedPhone: text('addressed_phone'),
    createdAt: integer('created_at').notNull(),
    removedAt: integer('removed_at'),
    writeId: text('write_id').notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.eventId, t.subscriberId] }),
    index('relations_subscriber').on(t.subscriberId, t.eventId).where(sql`removed_at IS NULL`),
    index('relations_publisher').on(t.publisherId, t.eventId, t.subscriberId).where(sql`removed_at IS NULL`),
    index('relations_actor').on(t.actorId).where(sql`removed_at IS NULL AND actor_id <> ''`),
    index('relations_removed').on(t.subscriberId).where(sql`removed_at IS NOT NULL`),
    // What somebody wrote to others, removed relations too.
    index('relations_written').on(t.actorId).where(sql`message IS NOT NULL AND actor_id <> ''`),
  ],
)

/**
 * What a person says of an event that reaches them through calendars only. It gives no access, and counts only while
 * a followed calendar holds the event.
 */
export const answers = sqliteTable(
  'answers',
  {
    subscriberId: text('subscriber_id').notNull(),
    eventId: text('event_id').notNull(),
    publisherId: integer('publisher_id').notNull(),
    rsvpStatus: text('rsvp_status', { enum: ['not_replied', 'attending', 'not_attending'] }),
    acknowledged: integer({ mode: 'boolean' }).notNull().default(false),
    answeredAt: integer('answered_at').notNull(),
    writeId: text('write_id').notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.subscriberId, t.eventId] }), index('answers_event').on(t.eventId)],
)

/** Codes by which a person proves a contact; the newest one of a person and contact counts. */
export const contactRequests = sqliteTable(
  'contact_requests',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    publisherId: integer('publisher_id').notNull(),
    subscriberId: text('subscriber_id').notNull(),
    kind: text({ enum: ['email', 'phone'] }).notNull(),
    value: text().notNull(),
    /** The code, sealed; null once it is used, replaced or expired. */
    codeSealed: text('code_sealed'),
    /** Wrong codes that were tried. */
    attempts: integer().notNull().default(0),
    requestedAt: integer('requested_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    writeId: text('write_id').notNull().default(''),
  },
  (t) => [
    index('contact_requests_person').on(t.subscriberId, t.requestedAt),
    index('contact_requests_contact').on(t.publisherId, t.kind, t.value, t.requestedAt),
    index('contact_requests_open').on(t.expiresAt).where(sql`code_sealed IS NOT NULL`),
    index('contact_requests_at').on(t.requestedAt),
  ],
)

/** The one number that the database keeps of a viewer's timeline: its life (`event-subscriptions.md` 9). */
export const timelines = sqliteTable('timelines', {
  /** `person:{ecal_id}` or `service:{publisher id}`. */
  viewer: text().primaryKey(),
  publisherId: integer('publisher_id').notNull(),
  life: integer().notNull(),
  /** The random mark of the object that this life belongs to. */
  birth: text().notNull(),
})

/** Viewers with an open socket at `/event-subscriptions/live`, for how often each looks. */
export const liveViewers = sqliteTable('live_viewers', {
  viewer: text().primaryKey(),
  publisherId: integer('publisher_id').notNull(),
  /** Epoch milliseconds: of its latest look. One that is long past is of an object that died. */
  seenAt: integer('seen_at').notNull(),
})
