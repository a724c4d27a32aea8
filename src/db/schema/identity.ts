import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** Clients of the token service (`payments.md` 2.1): a publisher's own systems, and what they may do. */
export const clients = sqliteTable(
  'clients',
  {
    clientId: text('client_id').primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    /** SHA-256 of the secret, hex: the secret itself is shown once and kept nowhere. */
    secretHash: text('secret_hash').notNull(),
    /** In the order in which tokens name them. */
    scopes: text({ mode: 'json' }).$type<string[]>().notNull(),
    /** Ids of the businesses it may reach; null = every one, now and later. */
    businesses: text({ mode: 'json' }).$type<string[]>(),
    /** `{limit, windowSeconds}`; null = the deployment's default. */
    rateLimit: text('rate_limit', { mode: 'json' }).$type<{ limit: number; windowSeconds: number }>(),
    /** How the external issuer's tokens name it. */
    externalClientId: text('external_client_id'),
    createdAt: integer('created_at').notNull(),
    revokedAt: integer('revoked_at'),
  },
  (t) => [
    index('clients_publisher').on(t.publisherId, t.createdAt),
    uniqueIndex('clients_external')
      .on(t.externalClientId)
      .where(sql`external_client_id IS NOT NULL AND revoked_at IS NULL`),
  ],
)

/** Keys that tokens are signed with, one generation after the other. */
export const signingKeys = sqliteTable('signing_keys', {
  /** The key's thumbprint (RFC 7638). */
  kid: text().primaryKey(),
  /** 1 and up without gaps. Unique: of several first uses at once, one makes the key. */
  generation: integer().notNull().unique('signing_keys_generation'),
  /** The private JWK: AES-256-GCM under `ENCRYPTION_KEY`, with the kid as additional data. */
  privateSealed: text('private_sealed').notNull(),
  publicJwk: text('public_jwk', { mode: 'json' }).$type<Record<string, string>>().notNull(),
  createdAt: integer('created_at').notNull(),
  /** When it takes over from the generation before. */
  signsFrom: integer('signs_from').notNull(),
})

/** Failed attempts at the token endpoint in the last minute, at most 20 a client id, known or not. */
export const tokenFailures = sqliteTable(
  'token_failures',
  {
    id: integer().primaryKey(),
    /** SHA-256 of the client id that was given, hex. */
    clientHash: text('client_hash').notNull(),
    at: integer().notNull(),
  },
  (t) => [index('token_failures_client').on(t.clientHash, t.at), index('token_failures_at').on(t.at)],
)
