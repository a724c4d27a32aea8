import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** A person who follows a publisher's calendars. The id is the dialect's `ecal_id`: it names, and opens nothing. */
export const subscribers = sqliteTable(
  'subscribers',
  {
    id: text().primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    state: text({ enum: ['active', 'placeholder', 'unsubscribed', 'merged'] }).notNull(),
    /** The surviving person, where `state` is `merged`; always the last of a chain. */
    mergedInto: text('merged_into'),
    email: text().notNull(),
    widgetId: text('widget_id').notNull().default(''),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    name: text().notNull().default(''),
    gender: text().notNull().default(''),
    ageGroup: text('age_group').notNull().default(''),
    dob: text().notNull().default(''),
    zip: text().notNull().default(''),
    mobile: text().notNull().default(''),
    mobileE164: text('mobile_e164').notNull().default(''),
    parentEmail: text('parent_email').notNull().default(''),
    parentConsentOn: text('parent_consent_on').notNull().default(''),
    tags: text().notNull().default('[]'),
    optin: integer({ mode: 'boolean' }).notNull().default(false),
    secondaryOptin: integer('secondary_optin', { mode: 'boolean' }).notNull().default(false),
    optin3: integer({ mode: 'boolean' }).notNull().default(false),
    optin4: integer({ mode: 'boolean' }).notNull().default(false),
    reference: text().notNull().default(''),
    referringPage: text('referring_page').notNull().default(''),
    /** The custom data object, as the text that came. */
    custom: text().notNull().default('{}'),
    /** Of the latest sign-up: application, client address, device and place. */
    application: text().notNull().default(''),
    ip: text().notNull().default(''),
    os: text().notNull().default(''),
    device: text().notNull().default(''),
    fingerprint: text().notNull().default(''),
    location: text().notNull().default('{}'),
    source: text().notNull().default(''),
    /** The name of the feed, fixed at the first sign-up: a feed's bytes depend on revisions alone. */
    icsFilename: text('ics_filename').notNull().default(''),
    totalActivity: integer('total_activity').notNull().default(0),
    subscribedAt: integer('subscribed_at').notNull(),
    lastActiveAt: integer('last_active_at').notNull(),
    createdAt: integer('created_at').notNull(),
    modifiedAt: integer('modified_at').notNull(),
    endedAt: integer('ended_at'),
    /** When `subscriber.link_requested` last went out for this person. */
    linkRequestedAt: integer('link_requested_at').notNull().default(0),
    /**
     * Highest `changes.seq` of the stream `subscriber:{id}`, set by a trigger only; and that row's time, or that of a
     * calendar which left the person, where it is later.
     */
    revision: integer().notNull().default(0),
    revisedAt: integer('revised_at').notNull().default(0),
    writeId: text('write_id').notNull().default(''),
  },
  (t) => [
    index('subscribers_publisher').on(t.publisherId, t.state, t.subscribedAt, t.id),
    index('subscribers_reference').on(t.publisherId, t.reference).where(sql`reference <> ''`),
    index('subscribers_merged').on(t.mergedInto).where(sql`merged_into IS NOT NULL`),
    // By how a name begins, in any letter case.
    index('subscribers_first_name')
      .on(t.publisherId, sql`first_name COLLATE NOCASE`)
      .where(sql`first_name <> ''`),
    index('subscribers_last_name')
      .on(t.publisherId, sql`last_name COLLATE NOCASE`)
      .where(sql`last_name <> ''`),
    index('subscribers_name').on(t.publisherId, sql`name COLLATE NOCASE`).where(sql`name <> ''`),
  ],
)

/** The calendar applications that a person connected. A repeat replaces its entry in place. */
export const applications = sqliteTable(
  'applications',
  {
    position: integer().primaryKey({ autoIncrement: true }),
    publisherId: integer('publisher_id').notNull(),
    subscriberId: text('subscriber_id').notNull(),
    name: text().notNull(),
    ip: text().notNull(),
    fingerprint: text().notNull(),
    os: text().notNull(),
    device: text().notNull(),
  },
  (t) => [uniqueIndex('applications_name').on(t.subscriberId, t.name)],
)

/** Which calendars a person follows, the own private one included; `position` is the order followed. */
export const follows = sqliteTable(
  'follows',
  {
    position: integer().primaryKey({ autoIncrement: true }),
    publisherId: integer('publisher_id').notNull(),
    subscriberId: text('subscriber_id').notNull(),
    calendarId: text('calendar_id').notNull(),
    permission: text({
      enum: ['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write'],
    }).notNull(),
    followedAt: integer('followed_at').notNull(),
  },
  (t) => [
    uniqueIndex('follows_calendar').on(t.subscriberId, t.calendarId),
    index('follows_followers').on(t.calendarId),
  ],
)

/** E-mail addresses and phone numbers of persons, normalised. A verified one has a single holder a publisher. */
export const contacts = sqliteTable(
  'contacts',
  {
    publisherId: integer('publisher_id').notNull(),
    kind: text({ enum: ['email', 'phone'] }).notNull(),
    value: text().notNull(),
    subscriberId: text('subscriber_id').notNull(),
    verified: integer({ mode: 'boolean' }).notNull().default(false),
    verifiedAt: integer('verified_at'),
    /** Whether this is the e-mail that the person signed up with. */
    signedUpWith: integer('signed_up_with', { mode: 'boolean' }).notNull().default(false),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.publisherId, t.kind, t.value, t.subscriberId] }),
    uniqueIndex('contacts_verified').on(t.publisherId, t.kind, t.value).where(sql`verified = 1`),
    index('contacts_subscriber').on(t.subscriberId),
  ],
)

/** Feed addresses, present and former. The address itself is found by its hash and printed from its sealed copy. */
export const feedAddresses = sqliteTable(
  'feed_addresses',
  {
    /** SHA-256 of the address, hex. */
    addressHash: text('address_hash').primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    subscriberId: text('subscriber_id').notNull(),
    /**
     * `live`: the person's feed; `merged`: that of a person merged into this one, who had proved who they are: the
     * same feed; `limited`: the public calendars of `calendar_ids` only; `rotated`: 410.
     */
    state: text({ enum: ['live', 'merged', 'limited', 'rotated'] }).notNull(),
    addressSealed: text('address_sealed').notNull(),
    calendarIds: text('calendar_ids').notNull().default('[]'),
    createdAt: integer('created_at').notNull(),
    changedAt: integer('changed_at').notNull(),
  },
  (t) => [
    uniqueIndex('feed_addresses_live').on(t.subscriberId).where(sql`state = 'live'`),
    index('feed_addresses_subscriber').on(t.subscriberId),
  ],
)
