import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** Tokens by which an app acts for a person; kept as hashes. */
export const userTokens = sqliteTable(
  'user_tokens',
  {
    id: text().primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    subscriberId: text('subscriber_id').notNull(),
    /** SHA-256 of the token, hex. */
    tokenHash: text('token_hash').notNull(),
    name: text().notNull().default(''),
    expiresAt: integer('expires_at'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('user_tokens_hash').on(t.tokenHash),
    index('user_tokens_subscriber').on(t.subscriberId, t.createdAt),
  ],
)
