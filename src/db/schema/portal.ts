import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** What staff did in the portal (`portal.md`, *Audit*). A trigger adds `signed_in` for each session that opens. */
export const portalAudit = sqliteTable(
  'portal_audit',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** Random mark of the request that wrote: one record for each, in however many batches it wrote. */
    mark: text().notNull(),
    publisherId: integer('publisher_id').notNull(),
    at: integer().notNull(),
    userId: text('user_id').notNull(),
    /** The user's role of that moment. */
    role: text().notNull(),
    /** The first digits of the session's hash. */
    session: text().notNull(),
    action: text().notNull(),
    /** Which record: its id; of a sign-on the way that it came by. */
    target: text().notNull(),
  },
  (t) => [
    uniqueIndex('portal_audit_mark').on(t.mark),
    index('portal_audit_publisher').on(t.publisherId, t.id),
    index('portal_audit_at').on(t.at),
    index('portal_audit_target').on(t.publisherId, t.target, t.id),
  ],
)

/** Create forms of the portal that had their effect: each has it once. */
export const portalForms = sqliteTable(
  'portal_forms',
  {
    publisherId: integer('publisher_id').notNull(),
    /** The form's action. */
    path: text().notNull(),
    formId: text('form_id').notNull(),
    /** Random mark of the request whose effect it was. */
    holder: text().notNull(),
    /** What it made; null until that is known. */
    result: text(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.publisherId, t.path, t.formId] }),
    index('portal_forms_created').on(t.createdAt),
  ],
)
