import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Which database a key leads to, where there are several: of the first one only, and found anew where it is lost. */
export const homes = sqliteTable(
  'homes',
  {
    /** What kind of key, `:`, and the key as it is found by: of a secret, its hash. */
    name: text().primaryKey(),
    database: integer().notNull(),
    foundAt: integer('found_at').notNull(),
  },
  (t) => [index('homes_found').on(t.foundAt)],
)
