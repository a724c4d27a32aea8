import type { Env } from '../../src/env'

/** What was asked of the database since the counts were taken last. */
export const counts = { questions: 0, rowsRead: 0, rowsWritten: 0 }

/** A statement that counts, and the one that D1 knows, which `batch` needs. */
type Counted = D1PreparedStatement & { readonly real: D1PreparedStatement }

function add<Result extends D1Result<unknown>>(result: Result): Result {
  counts.rowsRead += result.meta.rows_read
  counts.rowsWritten += result.meta.rows_written
  return result
}

function statement(real: D1PreparedStatement): Counted {
  const all = async <Row>() => {
    counts.questions++
    return add(await real.all<Row>())
  }
  const first = async (column?: string) => {
    const [row] = (await all<Record<string, unknown>>()).results
    if (row === undefined) return null
    return column === undefined ? row : row[column]
  }
  // What Drizzle asks for. D1's own `raw` tells no counts; no statement of ours has two columns of one name.
  const raw = async () => (await all<Record<string, unknown>>()).results.map((row) => Object.values(row))
  const bind = (...values: unknown[]) => statement(real.bind(...values))
  return { real, all, run: all, first, raw, bind } as unknown as Counted
}

function database<Real extends Pick<D1Database, 'prepare' | 'batch'>>(real: Real) {
  return {
    prepare: (sql: string) => statement(real.prepare(sql)),
    batch: async (statements: Counted[]) => {
      counts.questions++
      return (await real.batch(statements.map((each) => each.real))).map(add)
    },
  }
}

/** The bindings with a database that counts what it is asked. */
export function countedEnv<Bindings extends Pick<Env, 'DB'>>(env: Bindings): Bindings {
  const session = (constraint?: string) => {
    const real = env.DB.withSession(constraint)
    return { ...database(real), getBookmark: () => real.getBookmark() }
  }
  const DB = { ...database(env.DB), withSession: session } as unknown as D1Database
  return { ...env, DB }
}
