import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { handle } from './front-door'
import { ORIGIN } from './publisher'

export type Counts = { queries: number; rowsRead: number; rowsWritten: number }

/** The Worker's bindings with databases that count what is asked of them. */
export function countingEnv(): { counted: typeof env; counts: Counts } {
  const counts: Counts = { queries: 0, rowsRead: 0, rowsWritten: 0 }
  const add = ({ meta }: D1Result) => {
    counts.rowsRead += meta.rows_read ?? 0
    counts.rowsWritten += meta.rows_written ?? 0
  }
  const count = (db: Pick<D1Database, 'prepare' | 'batch'>) => ({
    prepare: (sql: string) => statement(db.prepare(sql)),
    batch: async (statements: { real: D1PreparedStatement }[]) => {
      counts.queries++
      const results = await db.batch(statements.map(({ real }) => real))
      results.forEach(add)
      return results
    },
    getBookmark: () => null,
  })
  const statement = (real: D1PreparedStatement): object => ({
    real,
    bind: (...values: unknown[]) => statement(real.bind(...values)),
    all: async () => {
      counts.queries++
      const result = await real.all()
      add(result)
      return result
    },
    first: async (column?: string) => {
      counts.queries++
      const result = await real.all<Record<string, unknown>>()
      add(result)
      const [row] = result.results
      return row === undefined ? null : column === undefined ? row : row[column]
    },
    raw: async () => {
      counts.queries++
      const result = await real.all<Record<string, unknown>>()
      add(result)
      return result.results.map((row) => Object.values(row))
    },
    run: async () => {
      counts.queries++
      const result = await real.run()
      add(result)
      return result
    },
  })
  const counting = (db: D1Database) => ({
    ...count(db),
    withSession: () => count(db.withSession('first-primary')),
  })
  const databases = Object.entries(env).filter(([name]) => /^DB(_\d+)?$/.test(name))
  const counted = databases.map(([name, db]) => [name, counting(db as D1Database)])
  return { counted: { ...env, ...Object.fromEntries(counted) }, counts }
}

/** Sends a request through the front door; answers what it cost, with all that was done after the answer. */
export async function costOf(path: string, init: RequestInit = {}) {
  const { counted, counts } = countingEnv()
  const execution = createExecutionContext()
  const answer = await handle(new Request(`${ORIGIN}${path}`, init), counted, execution)
  await waitOnExecutionContext(execution)
  return { answer, counts }
}
