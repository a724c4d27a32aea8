import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'

/** What statements are made with: the database, or a session of it that remembers what it has seen. */
export type Database = Pick<D1Database, 'prepare' | 'batch'>

/** Drizzle's query builder over a database or session. */
export function queryBuilder(db: Database): DrizzleD1Database {
  // Drizzle's driver calls nothing but `prepare` and `batch`, which a session has too.
  return drizzle(db as D1Database)
}

/**
 * A session that sees at least what a bookmark saw (`Daybook-Bookmark`, from the answer to a write); without one, or
 * with what is none, it starts as `otherwise` says.
 */
export function openSession(
  db: D1Database,
  bookmark: string | null | undefined,
  otherwise: 'first-primary' | 'first-unconstrained',
): D1DatabaseSession {
  return db.withSession(bookmark && /^[0-9a-f]{8}(-[0-9a-f]{8,32}){3}$/.test(bookmark) ? bookmark : otherwise)
}

/** What the answer to a write carries, so that its reader's next read sees that write (`Daybook-Bookmark`). */
export function bookmarkOf(
  request: { readonly method: string },
  session: Pick<D1DatabaseSession, 'getBookmark'>,
): Record<string, string> {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const bookmark = isRead ? null : session.getBookmark()
  return bookmark === null ? {} : { 'Daybook-Bookmark': bookmark }
}

/** A batch was rolled back because one of its guards found its condition broken. */
export class GuardBroken extends Error {}

/** A batch was rolled back because a unique index already holds the value; `columns` as SQLite names them. */
export class AlreadyThere extends Error {
  constructor(readonly columns: string) {
    super(`already there: ${columns}`)
  }
}

/**
 * A statement that rolls its batch back where `condition` (SQL, true = broken) holds.
 * @see GuardBroken
 */
export function guardAgainst(db: Database, condition: string, ...values: unknown[]): D1PreparedStatement {
  return db.prepare(`INSERT INTO guard (ok) SELECT 0 WHERE ${condition}`).bind(...values)
}

/** Runs a batch, which is D1's transaction. @throws GuardBroken, AlreadyThere for what rolled it back. */
export async function runBatch(db: Database, statements: D1PreparedStatement[]): Promise<D1Result<Row>[]> {
  try {
    return await db.batch<Row>(statements)
  } catch (error) {
    const text = String(error)
    if (text.includes('CHECK constraint failed: guard_ok')) throw new GuardBroken()
    const unique = /UNIQUE constraint failed: ([\w., ]+)/.exec(text)
    if (unique?.[1]) throw new AlreadyThere(unique[1].trim())
    throw error
  }
}

/** A row as plain SQL answers it. */
export type Row = Record<string, unknown>
