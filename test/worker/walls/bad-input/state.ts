import { env } from 'cloudflare:workers'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as schema from '../../../../src/db/schema'

/** Written by queues and objects when they get to it, whoever calls meanwhile. */
const ofNobodysCall = ['webhook_deliveries', 'webhook_attempts', 'webhook_messages', 'connec_pushes', 'guard']

/** Columns that are, for the same reason, left out of what is compared. */
const ofNobodysCallIn: Readonly<Record<string, readonly string[]>> = {
  api_keys: ['last_used_at'],
  portal_sessions: ['last_seen_at', 'checked_at', 'recheck_at'],
  changes: ['dispatched'],
}

const tables = Object.values(schema)
  .filter((each) => is(each, SQLiteTable))
  .map((table) => getTableConfig(table))
  .filter(({ name }) => !ofNobodysCall.includes(name))
  .map(({ name, columns }) => ({
    name,
    ofPublisher: columns.some((column) => column.name === 'publisher_id'),
  }))

/** The rows of each table, as text. */
type Image = ReadonlyMap<string, readonly string[]>

/**
 * What the database has, of all publishers from one on (tests share it, and what others left behind is of no concern)
 * and of all tables that belong to no publisher. Whether anything was written at all is asked first, which is cheap:
 * SQLite counts the rows that it writes.
 */
export class Database {
  private image: Image = new Map()
  private writes = -1

  constructor(private readonly firstPublisher: number) {}

  /** The tables that differ since this was last asked, each with the rows that are gone and those that are new. */
  async changed(): Promise<Map<string, string>> {
    const writes = await this.written()
    if (writes === this.writes) return new Map()
    const image = await this.read()
    const differing = new Map<string, string>()
    for (const [name, rows] of image) {
      const before = this.image.get(name) ?? []
      if (before.length === rows.length && rows.every((row, at) => row === before[at])) continue
      const gone = before.filter((row) => !rows.includes(row)).slice(0, 2)
      const added = rows.filter((row) => !before.includes(row)).slice(0, 2)
      differing.set(name, `- ${gone.join(' ').slice(0, 300)} + ${added.join(' ').slice(0, 300)}`)
    }
    this.image = image
    this.writes = writes
    return differing
  }

  private async written(): Promise<number> {
    return (await env.DB.prepare('SELECT total_changes() AS n').first<number>('n')) ?? 0
  }

  private async read(): Promise<Image> {
    const results = await env.DB.batch<Record<string, unknown>>(
      tables.map(({ name, ofPublisher }) => {
        if (name === 'publishers') {
          return env.DB.prepare('SELECT * FROM publishers WHERE id >= ?').bind(this.firstPublisher)
        }
        return ofPublisher
          ? env.DB.prepare(`SELECT * FROM ${name} WHERE publisher_id >= ?`).bind(this.firstPublisher)
          : env.DB.prepare(`SELECT * FROM ${name}`)
      }),
    )
    return new Map(
      tables.map(({ name }, at) => {
        const left = ofNobodysCallIn[name] ?? []
        const rows = results[at]?.results ?? []
        const kept = (key: string, value: unknown) => (left.includes(key) ? undefined : value)
        return [name, rows.map((row) => JSON.stringify(row, kept))]
      }),
    )
  }
}
