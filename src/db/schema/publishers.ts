import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** A publisher: a tenant. Its id is the dialect's `publisherId`. */
export const publishers = sqliteTable(
  'publishers',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** The organisation, `publisherOrgId`; null where the publisher is its own. */
    orgId: integer('org_id'),
    name: text().notNull(),
    timezone: text().notNull(),
    /** ISO 3166 alpha-2: national phone numbers are read as numbers of this country. */
    defaultRegion: text('default_region').notNull(),
    isPartner: integer('is_partner', { mode: 'boolean' }).notNull().default(false),
    /** The partner that made this publisher through `POST /apiv2/account`. */
    partnerId: integer('partner_id'),
    reference: text().notNull().default(''),
    companyType: text('company_type').notNull().default(''),
    /** When its company's subscription ended (`marketplace.md` 7), and when its feeds run dry. */
    cancelledAt: integer('cancelled_at'),
    feedsEndAt: integer('feeds_end_at'),
    /** Counts the changes of name and time zone. Set by a trigger only. */
    settingsRevision: integer('settings_revision').notNull().default(0),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('publishers_reference').on(t.partnerId, t.reference).where(sql`reference <> ''`),
    index('publishers_partner').on(t.partnerId, t.id),
  ],
)

/** API keys of publishers: any of them signs. */
export const apiKeys = sqliteTable(
  'api_keys',
  {
    apiKey: text('api_key').primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    /** AES-256-GCM under `ENCRYPTION_KEY`, with the key's name as additional data. */
    secretSealed: text('secret_sealed').notNull(),
    /** Whether `apiSign` (MD5) is accepted beside `apiSign256`. */
    md5: integer({ mode: 'boolean' }).notNull().default(true),
    requireNonce: integer('require_nonce', { mode: 'boolean' }).notNull().default(false),
    expiresAt: integer('expires_at'),
    revokedAt: integer('revoked_at'),
    /** When it last signed a call, to the hour. */
    lastUsedAt: integer('last_used_at'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('api_keys_publisher').on(t.publisherId)],
)

/** Widgets: what a sign-up page offers. Ids are compared, never parsed. */
export const widgets = sqliteTable(
  'widgets',
  {
    id: text().primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    name: text().notNull(),
    active: integer({ mode: 'boolean' }).notNull().default(true),
    icsFilename: text('ics_filename').notNull().default(''),
    calendarIds: text('calendar_ids', { mode: 'json' }).$type<string[]>().notNull().default([]),
    welcomeEnabled: integer('welcome_enabled', { mode: 'boolean' }).notNull().default(true),
    welcomeName: text('welcome_name').notNull().default(''),
    welcomeDetails: text('welcome_details').notNull().default(''),
    welcomeUrl: text('welcome_url').notNull().default(''),
    requireSignedEmail: integer('require_signed_email', { mode: 'boolean' }).notNull().default(false),
    createdAt: integer('created_at').notNull(),
    modifiedAt: integer('modified_at').notNull(),
  },
  (t) => [index('widgets_publisher').on(t.publisherId, t.createdAt)],
)
