import { env } from 'cloudflare:workers'

/** The Worker's bindings with a database that does something before the n-th question to it (from 1), once. */
export function interleavingEnv(before: number, act: () => Promise<unknown>): typeof env {
  let asked = 0
  const inTurn = async <T>(ask: () => Promise<T>): Promise<T> => {
    asked++
    if (asked === before) await act()
    return ask()
  }
  const over = (db: Pick<D1Database, 'prepare' | 'batch'>) => ({
    prepare: (sql: string) => db.prepare(sql),
    batch: (statements: D1PreparedStatement[]) => inTurn(() => db.batch(statements)),
    getBookmark: () => null,
  })
  const DB = { ...over(env.DB), withSession: () => over(env.DB.withSession('first-primary')) }
  return { ...env, DB: DB as unknown as D1Database }
}
