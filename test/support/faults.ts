import { env } from 'cloudflare:workers'

type Statement = { sql: string; real: D1PreparedStatement }

/** A database in which the statement with this number of each writing batch fails as it runs; `writes` counts those seen. */
export function faultyDatabase(at: number | null): { DB: D1Database; seen: { statements: number } } {
  const seen = { statements: 0 }
  const statement = (sql: string, real: D1PreparedStatement): object => ({
    sql,
    real,
    bind: (...values: unknown[]) => statement(sql, real.bind(...values)),
    all: () => real.all(),
    run: () => real.run(),
    first: (column?: string) => (column === undefined ? real.first() : real.first(column)),
  })
  const over = (db: Pick<D1Database, 'prepare' | 'batch'>) => ({
    prepare: (sql: string) => statement(sql, db.prepare(sql)),
    batch: (statements: Statement[]) => {
      const list = statements.map(({ real }) => real)
      const isWrite = statements.some(({ sql }) => /^\s*(INSERT|UPDATE|DELETE)/.test(sql))
      if (isWrite) {
        seen.statements = Math.max(seen.statements, list.length)
        // Overflows when it runs, not when it is prepared: what stands before it has been done by then.
        if (at !== null && at < list.length) list[at] = db.prepare('SELECT abs(-9223372036854775807 - 1)')
      }
      return db.batch(list)
    },
    getBookmark: () => null,
  })
  const DB = { ...over(env.DB), withSession: () => over(env.DB.withSession('first-primary')) }
  return { DB: DB as unknown as D1Database, seen }
}
