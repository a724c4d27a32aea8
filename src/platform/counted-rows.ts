/** Rows of D1 that the statements of one request read and wrote. */
export type CountedRows = { rowsRead: number; rowsWritten: number }

/**
 * A database whose statements add what they read and wrote to `rows`. It asks nothing more: D1 tells with each answer.
 * What Drizzle reads by `raw` isn't in it, since that answer tells nothing.
 */
export function countingRows(db: D1Database, rows: CountedRows): D1Database {
  return new CountedDatabase(db, rows)
}

/** Bindings whose databases are such ones: by inheritance, as a copy of all would be paid for by every feed. */
export function countingEnv<E extends { readonly DB: D1Database }>(env: E, rows: CountedRows): E {
  const counting: E = Object.create(env, { DB: { value: countingRows(env.DB, rows), enumerable: true } })
  // Where there are several databases (`databases/`), whichever is used counts.
  for (let number = 1; ; number++) {
    const further: unknown = Reflect.get(env, `DB_${number}`)
    if (further === undefined) return counting
    Object.defineProperty(counting, `DB_${number}`, { value: countingRows(further as D1Database, rows) })
  }
}

function add(rows: CountedRows, { meta }: D1Result<unknown>): void {
  rows.rowsRead += meta.rows_read ?? 0
  rows.rowsWritten += meta.rows_written ?? 0
}

class CountedSession<T extends Pick<D1Database, 'prepare' | 'batch'>> {
  constructor(
    protected readonly real: T,
    protected readonly rows: CountedRows,
  ) {}

  prepare(sql: string): D1PreparedStatement {
    return new CountedStatement(this.real.prepare(sql), this.rows)
  }

  async batch<R = unknown>(statements: D1PreparedStatement[]): Promise<D1Result<R>[]> {
    const results = await this.real.batch<R>(statements.map(realOf))
    for (const result of results) add(this.rows, result)
    return results
  }
}

class CountedDatabase extends CountedSession<D1Database> implements D1Database {
  withSession(from?: D1SessionBookmark | D1SessionConstraint): D1DatabaseSession {
    return new BookmarkedSession(this.real.withSession(from), this.rows)
  }

  exec(sql: string): Promise<D1ExecResult> {
    return this.real.exec(sql)
  }

  dump(): Promise<ArrayBuffer> {
    return this.real.dump()
  }
}

class BookmarkedSession extends CountedSession<D1DatabaseSession> implements D1DatabaseSession {
  getBookmark(): D1SessionBookmark | null {
    return this.real.getBookmark()
  }
}

class CountedStatement implements D1PreparedStatement {
  constructor(
    readonly real: D1PreparedStatement,
    private readonly rows: CountedRows,
  ) {}

  bind(...values: unknown[]): D1PreparedStatement {
    return new CountedStatement(this.real.bind(...values), this.rows)
  }

  async all<T = Record<string, unknown>>(): Promise<D1Result<T>> {
    const result = await this.real.all<T>()
    add(this.rows, result)
    return result
  }

  async run<T = Record<string, unknown>>(): Promise<D1Result<T>> {
    const result = await this.real.run<T>()
    add(this.rows, result)
    return result
  }

  first<T = unknown>(column: string): Promise<T | null>
  first<T = Record<string, unknown>>(): Promise<T | null>
  async first<T>(column?: string): Promise<T | null> {
    const { results } = await this.all()
    const [row] = results
    if (row === undefined) return null
    if (column === undefined) return row as T
    if (!Object.hasOwn(row, column)) throw new Error(`D1_COLUMN_NOTFOUND: ${column}`)
    return row[column] as T
  }

  raw<T = unknown[]>(options: { columnNames: true }): Promise<[string[], ...T[]]>
  raw<T = unknown[]>(options?: { columnNames?: false }): Promise<T[]>
  raw<T = unknown[]>(options?: { columnNames?: boolean }): Promise<T[] | [string[], ...T[]]> {
    return options?.columnNames ? this.real.raw<T>({ columnNames: true }) : this.real.raw<T>()
  }
}

const realOf = (statement: D1PreparedStatement): D1PreparedStatement =>
  statement instanceof CountedStatement ? statement.real : statement
