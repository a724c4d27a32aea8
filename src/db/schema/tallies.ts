import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * How many there were in an hour, of what the portal's first page draws; triggers count. What a page shows of months is
 * so read in as many rows as there are hours, however many subscribers and deliveries there are.
 */
export const tallies = sqliteTable(
  'tallies',
  {
    publisherId: integer('publisher_id').notNull(),
    /**
     * `subscribers`: those active now (`hour` 0); `joined`, `left`: who became one, and ceased to be; `delivered`,
     * `failed`: deliveries by what became of them, in the hour that they were recorded.
     */
    what: text({ enum: ['subscribers', 'joined', 'left', 'delivered', 'failed'] }).notNull(),
    /** Hours since 1970 UTC; 0 for what is now. */
    hour: integer().notNull(),
    count: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.publisherId, t.what, t.hour] }), index('tallies_hour').on(t.hour)],
)
