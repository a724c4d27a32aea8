import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** A plan that a marketplace sells (`marketplace.md` 1). */
export type Plan = {
  readonly id: string
  readonly name: string
  readonly priceCents: number
  readonly currency: string
  readonly period: 'Day' | 'Week' | 'SemiMonth' | 'Month' | 'Year'
  readonly frequency: number
  /** How many periods are billed; null = until cancelled. */
  readonly cycles: number | null
  readonly initialCents: number
  readonly perUser: boolean
  readonly description: string
}

/** What a company can buy once, in the portal. */
export type Extra = {
  readonly id: string
  readonly name: string
  readonly priceCents: number
  readonly currency: string
}

/** A marketplace as the operator configured it, all defaults filled in, without its API key (`marketplace.md` 1). */
export type MarketplaceSettings = {
  readonly name: string
  readonly environment: string
  /** Origins have no path and no final slash. */
  readonly host: string
  /** Begins and ends with `/`. */
  readonly apiBase: string
  readonly apiId: string
  /** null = the origin of each request. */
  readonly appHost: string | null
  readonly creationMode: 'real' | 'virtual'
  readonly sso: {
    readonly enabled: boolean
    readonly sloEnabled: boolean
    readonly idpInitiated: boolean
    readonly bindBrowser: boolean
  }
  readonly idp: {
    readonly entityId: string | null
    readonly ssoUrl: string
    /** PEM, as given. */
    readonly certificates: readonly string[]
    readonly allowSha1: boolean
  }
  /** null = no data sharing. */
  readonly connec: {
    readonly host: string
    readonly basePath: string
    readonly externalIds: boolean
  } | null
  readonly webhooks: {
    readonly subscriptions: { readonly people: boolean; readonly events: boolean; readonly invoices: boolean }
  }
  readonly plans: readonly Plan[]
  readonly extras: readonly Extra[]
  readonly trialDays: number
  readonly graceDays: number
  readonly contact: string
}

/** Marketplaces: the contract's tenants. */
export const marketplaces = sqliteTable('marketplaces', {
  tenant: text().primaryKey(),
  enabled: integer({ mode: 'boolean' }).notNull(),
  settings: text({ mode: 'json' }).$type<MarketplaceSettings>().notNull(),
  /** AES-256-GCM under `ENCRYPTION_KEY`, with `marketplace:{tenant}` as additional data. */
  apiKeySealed: text('api_key_sealed').notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/**
 * Companies: a marketplace's groups, each a publisher of ours (`marketplace.md` 4). When one was cancelled and when its
 * feeds end stands with the publisher, which every surface reads anyway.
 */
export const companies = sqliteTable(
  'companies',
  {
    publisherId: integer('publisher_id').primaryKey(),
    tenant: text().notNull(),
    groupUid: text('group_uid').notNull(),
    status: text({ enum: ['active', 'cancelled', 'standalone'] }).notNull(),
    /** Staff gave the publisher a name of their own: it no longer follows the marketplace's. */
    renamed: integer({ mode: 'boolean' }).notNull().default(false),
    /** '' where the marketplace told none that can be used. */
    currency: text().notNull().default(''),
    country: text().notNull().default(''),
    city: text().notNull().default(''),
    email: text().notNull().default(''),
    hasCreditCard: integer('has_credit_card', { mode: 'boolean' }),
    /** The later of creation + `trialDays` and what the marketplace told; null = no trial any more. */
    trialEndsAt: integer('trial_ends_at'),
    planId: text('plan_id'),
    planName: text('plan_name'),
    planSelectedAt: integer('plan_selected_at'),
    /** The calendar `Connec events`. */
    connecCalendarId: text('connec_calendar_id').notNull(),
    /** The first API key; its secret is shown once, by a button (`portal.md`). */
    firstApiKey: text('first_api_key').notNull(),
    firstSecretShownAt: integer('first_secret_shown_at'),
    /** When the end of its feeds was told (`company.feeds_ended`). */
    feedsEndedAt: integer('feeds_ended_at'),
    /** The number of its users may have changed since its bill was last looked at. */
    seatsChanged: integer('seats_changed', { mode: 'boolean' }).notNull().default(false),
    createdAt: integer('created_at').notNull(),
    writeId: text('write_id').notNull(),
  },
  (t) => [
    index('companies_seats').on(t.publisherId).where(sql`seats_changed = 1`),
    uniqueIndex('companies_group').on(t.tenant, t.groupUid),
    index('companies_listed').on(t.tenant, t.createdAt, t.publisherId),
    index('companies_feeds_ending')
      .on(t.publisherId)
      .where(sql`status = 'cancelled' AND feeds_ended_at IS NULL`),
  ],
)

/** People who work for publishers. Names and e-mail as known outside of any marketplace; each membership has its own. */
export const users = sqliteTable(
  'users',
  {
    id: text().primaryKey(),
    email: text().notNull().default(''),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('users_email').on(t.email).where(sql`email <> ''`)],
)

/** Who a user is at a marketplace: `(tenant, uid)`, in virtual mode with the virtual uid. */
export const userIdentities = sqliteTable(
  'user_identities',
  {
    tenant: text().notNull(),
    uid: text().notNull(),
    userId: text('user_id').notNull(),
    email: text().notNull().default(''),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.uid] }),
    uniqueIndex('user_identities_user').on(t.userId, t.tenant),
    index('user_identities_email').on(t.email).where(sql`email <> ''`),
  ],
)

/** A user's place in a company (a publisher): names, e-mail and role as the last assertion or link told them. */
export const memberships = sqliteTable(
  'memberships',
  {
    publisherId: integer('publisher_id').notNull(),
    userId: text('user_id').notNull(),
    /** The key at the marketplace; '' for who came by an operator's link alone. */
    uid: text().notNull().default(''),
    email: text().notNull().default(''),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    role: text({ enum: ['Guest', 'Member', 'Power User', 'Admin', 'Super Admin'] }).notNull(),
    status: text({ enum: ['active', 'blocked'] }).notNull(),
    blockedAt: integer('blocked_at'),
    joinedAt: integer('joined_at').notNull(),
    lastSignOnAt: integer('last_sign_on_at'),
    writeId: text('write_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.publisherId, t.userId] }),
    index('memberships_user').on(t.userId),
    index('memberships_email').on(t.publisherId, t.email),
  ],
)

/** Sessions of the portal (`portal.md`): one reaches one company. */
export const portalSessions = sqliteTable(
  'portal_sessions',
  {
    /** SHA-256 of the cookie's value, hex. */
    idHash: text('id_hash').primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    userId: text('user_id').notNull(),
    /** Where the user signed on; null for an operator's link. */
    tenant: text(),
    uid: text().notNull().default(''),
    createdAt: integer('created_at').notNull(),
    lastSeenAt: integer('last_seen_at').notNull(),
    /** 12 hours after sign-on at most, or when the assertion says. */
    expiresAt: integer('expires_at').notNull(),
    /** The marketplace's session, which is asked about (`marketplace.md` 9); '' = never. */
    mnoSession: text('mno_session').notNull().default(''),
    recheckAt: integer('recheck_at'),
    /** The last good check, or the sign-on. */
    checkedAt: integer('checked_at').notNull(),
  },
  (t) => [
    index('portal_sessions_member').on(t.publisherId, t.userId),
    index('portal_sessions_tenant').on(t.tenant).where(sql`tenant IS NOT NULL`),
    index('portal_sessions_expires').on(t.expiresAt),
  ],
)

/** Sign-in links that the operator made: each opens one session. */
export const signInLinks = sqliteTable(
  'sign_in_links',
  {
    /** SHA-256 of the token, hex. */
    tokenHash: text('token_hash').primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    userId: text('user_id').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('sign_in_links_expires').on(t.expiresAt)],
)

/** Ids of SAML requests and assertions that were used up, for as long as they could come again. */
export const ssoSpent = sqliteTable(
  'sso_spent',
  {
    tenant: text().notNull(),
    kind: text({ enum: ['request', 'assertion'] }).notNull(),
    id: text().notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.kind, t.id] }), index('sso_spent_expires').on(t.expiresAt)],
)

/** What happened between a marketplace and us, for the operator (`marketplace.md` 1): no secret, no e-mail address. */
export const marketplaceLog = sqliteTable(
  'marketplace_log',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    tenant: text().notNull(),
    kind: text({ enum: ['sso', 'webhook', 'billing', 'connec', 'company'] }).notNull(),
    code: text().notNull(),
    reference: text().notNull().default(''),
    groupUid: text('group_uid').notNull().default(''),
    uid: text().notNull().default(''),
    detail: text().notNull().default(''),
  },
  (t) => [
    index('marketplace_log_tenant').on(t.tenant, t.id),
    index('marketplace_log_kind').on(t.tenant, t.kind, t.id),
    index('marketplace_log_group').on(t.tenant, t.groupUid, t.id),
    index('marketplace_log_at').on(t.at),
  ],
)
