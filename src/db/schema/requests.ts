import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Nonces spent, until their `ts` is stale anyway (`publisher-api.md` 1.3). */
export const nonces = sqliteTable(
  'nonces',
  {
    apiKey: text('api_key').notNull(),
    nonce: text().notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.apiKey, t.nonce] }), index('nonces_expiry').on(t.expiresAt)],
)

/** Idempotency keys of the publisher API, kept 24 h with the answer (`publisher-api.md` 2). */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    publisherId: integer('publisher_id').notNull(),
    method: text().notNull(),
    path: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of the query and the body, hex. */
    requestHash: text('request_hash').notNull(),
    /** Random mark of the request that holds the key. */
    holder: text().notNull(),
    heldAt: integer('held_at').notNull(),
    /** Set in the very batch that had the effect. */
    committed: integer({ mode: 'boolean' }).notNull().default(false),
    status: integer(),
    /** The answer's body, sealed; null while none is known. */
    answerSealed: text('answer_sealed'),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.publisherId, t.method, t.path, t.key] }),
    index('idempotency_keys_expiry').on(t.expiresAt),
  ],
)

/** Sign-ups that may be repeated: a hosted form (1 h) or an Idempotency-Key (24 h) and what it made. */
export const signups = sqliteTable(
  'signups',
  {
    widgetId: text('widget_id').notNull(),
    kind: text({ enum: ['form', 'key'] }).notNull(),
    /** SHA-256 of the `formId` or key and of the e-mail, hex: with another e-mail neither counts. */
    keyHash: text('key_hash').notNull(),
    publisherId: integer('publisher_id').notNull(),
    subscriberId: text('subscriber_id').notNull(),
    /** The feed address that was answered, as its hash: another one since, and the repeat doesn't count. */
    addressHash: text('address_hash').notNull(),
    status: integer().notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.widgetId, t.kind, t.keyHash] }),
    index('signups_expiry').on(t.expiresAt),
    index('signups_subscriber').on(t.subscriberId),
  ],
)
