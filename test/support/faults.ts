import { env } from 'cloudflare:workers'

type Statement = {
  readonly sql: string
  readonly values: readonly unknown[]
  readonly real: D1PreparedStatement
}

/** Sees each writing batch before it runs, and answers what is run. */
type Watch = (
  batch: readonly Statement[],
) => readonly D1PreparedStatement[] | Promise<readonly D1PreparedStatement[]>

const asItIs: Watch = (batch) => batch.map(({ real }) => real)

/** A database whose writing batches are watched. */
function watchedDatabase(watch: Watch): D1Database {
  const statement = (sql: string, real: D1PreparedStatement, values: readonly unknown[] = []): object => ({
    sql,
    values,
    real,
    bind: (...bound: unknown[]) => statement(sql, real.bind(...bound), bound),
    all: () => real.all(),
    run: () => real.run(),
    first: (column?: string) => (column === undefined ? real.first() : real.first(column)),
  })
  const over = (db: Pick<D1Database, 'prepare' | 'batch'>) => ({
    prepare: (sql: string) => statement(sql, db.prepare(sql)),
    batch: async (batch: Statement[]) => {
      const isWrite = batch.some(({ sql }) => /^\s*(INSERT|UPDATE|DELETE)/.test(sql))
      return db.batch([...(await (isWrite ? watch : asItIs)(batch))])
    },
    getBookmark: () => null,
  })
  const DB = { ...over(env.DB), withSession: () => over(env.DB.withSession('first-primary')) }
  return DB as unknown as D1Database
}

/** A database in which the statement with this number of each writing batch fails as it runs; `seen` counts those seen. */
export function faultyDatabase(at: number | null): { DB: D1Database; seen: { statements: number } } {
  const seen = { statements: 0 }
  const DB = watchedDatabase((batch) => {
    seen.statements = Math.max(seen.statements, batch.length)
    // Overflows when it runs, not when it is prepared: what stands before it has been done by then.
    const fault = env.DB.prepare('SELECT abs(-9223372036854775807 - 1)')
    return batch.map(({ real }, n) => (n === at ? fault : real))
  })
  return { DB, seen }
}

/** A database that breaks down for good before its writing batch with this number. */
export function dyingDatabase(at: number): D1Database {
  let batches = 0
  return watchedDatabase((batch) => {
    if (batches++ >= at) throw new Error('the database is gone')
    return asItIs(batch)
  })
}

/** A database in which something else is done, once, after a call has read and before it writes. */
export function racedDatabase(meanwhile: () => Promise<unknown>): D1Database {
  let done = false
  return watchedDatabase(async (batch) => {
    if (!done) {
      done = true
      await meanwhile()
    }
    return asItIs(batch)
  })
}

/** A database that takes no value of more bytes than D1 does; its own limit is higher where tests run. */
export function strictDatabase(): D1Database {
  return watchedDatabase((batch) => {
    const texts = batch.flatMap(({ values }) => values.filter((value) => typeof value === 'string'))
    if (texts.some((text) => new TextEncoder().encode(text).length > 2_000_000)) {
      throw new Error('D1_ERROR: string or blob too big: SQLITE_TOOBIG')
    }
    return asItIs(batch)
  })
}

/** A database each question to which, of whatever kind, goes through `ask`. */
function askedDatabase(ask: <T>(question: () => Promise<T>) => Promise<T>): D1Database {
  const statement = (real: D1PreparedStatement): object => ({
    real,
    bind: (...values: unknown[]) => statement(real.bind(...values)),
    all: () => ask(() => real.all()),
    raw: () => ask(() => real.raw()),
    run: () => ask(() => real.run()),
    first: (column?: string) => ask(() => (column === undefined ? real.first() : real.first(column))),
  })
  const over = (db: Pick<D1Database, 'prepare' | 'batch'>) => ({
    prepare: (sql: string) => statement(db.prepare(sql)),
    batch: (batch: { real: D1PreparedStatement }[]) => ask(() => db.batch(batch.map(({ real }) => real))),
    getBookmark: () => null,
  })
  const DB = { ...over(env.DB), withSession: () => over(env.DB.withSession('first-primary')) }
  return DB as unknown as D1Database
}

/** A database that breaks down for good after so many questions; `asked` counts them. */
export function databaseThatDiesAfter(questions: number): { DB: D1Database; seen: { asked: number } } {
  const seen = { asked: 0 }
  const DB = askedDatabase((question) => {
    if (seen.asked >= questions) return Promise.reject(new Error('the database is gone'))
    seen.asked++
    return question()
  })
  return { DB, seen }
}

/** A database in which something else is done, once, before the n-th question (from 1); `happened` tells whether. */
export function databaseInterruptedBefore(
  question: number,
  act: () => Promise<unknown>,
): { DB: D1Database; happened: () => boolean } {
  let asked = 0
  const DB = askedDatabase(async (ask) => {
    asked++
    if (asked === question) await act()
    return ask()
  })
  return { DB, happened: () => asked >= question }
}
